import { isSettled, type EventData, type NewEvent } from '@cc-executor/contracts';
import { nextSteps, progressAfter, type TaskRecord } from '@cc-executor/executions';
import { makeAttempt, type Ended } from '../attempts/make-attempt.ts';
import type { ExecutionRun } from './execution-run.ts';
import { HELD } from '../ownership/holds.ts';
import { nextAttempt, type StartedTask } from '../attempts/next-attempt.ts';
import type { Stage } from '../evidence/run-evidence.ts';
import { suspectTurn } from './suspect-turn.ts';
import { whatNext, type Next } from './what-next.ts';
import { withForecast } from './with-forecast.ts';

/** How many tasks of a list run at the same time, unless it says otherwise. */
const MAX_PARALLEL = 4;

/**
 * Runs the tasks that are not settled, each when what it needs has settled, until none is left or it is interrupted. Returns
 * true if the execution was released: it waits, or is paused. The end of a task is stored together with the start of
 * the next one: one round trip between two tasks.
 */
export async function runTasks(run: ExecutionRun): Promise<boolean> {
  await run.evidence.openCopies();
  return await new TaskRunner(run).run();
}

type GiveUp = NonNullable<Next['giveUp']>;

/** What a task that is under way here has come to: its copy is there, or its attempt has ended. */
type Progress = { task: number; is: 'prepared' } | { task: number; is: 'ended'; ended: Ended; begun: Date };

/** Decides what starts, starts it, and settles what has ended, one after the other. */
class TaskRunner {
  readonly #run: ExecutionRun;
  /** What is under way, by the number of its task. */
  readonly #underWay = new Map<number, Promise<Progress>>();
  /** The tasks whose copies are there, and that may start. */
  readonly #prepared = new Set<number>();
  /** What releases the slots of tasks beside the first one, whose slot is that of the execution. */
  readonly #slots = new Map<number, () => void>();
  /** The task with the slot of the execution. */
  #first: number | null = null;
  /** Events that are stored with the next ones. */
  #ended: NewEvent[] = [];
  /** Why nothing more starts, and the execution is released once nothing runs. */
  #held: GiveUp | null = null;
  /** When a task that failed is tried again. */
  readonly #later = new Map<number, GiveUp>();

  constructor(run: ExecutionRun) {
    this.#run = run;
  }

  async run(): Promise<boolean> {
    const { hold, recorder } = this.#run;
    for (;;) {
      const mayStart = !hold.interruption && this.#held === null;
      const isBlocked = mayStart && (await this.#startAll());
      if (this.#underWay.size === 0) {
        const wait = this.#held ?? this.#nextTry();
        if (hold.interruption || !wait) break;
        if (await giveUp(this.#run, this.#ended, wait)) return true;
        break;
      }
      await this.#storeEnded();
      await this.#settle(await this.#next(isBlocked));
    }
    if (this.#ended.length > 0) await recorder.commit(this.#ended, { from: HELD });
    return false;
  }

  /** Starts what may start. Returns true where something waits for a slot. */
  async #startAll(): Promise<boolean> {
    const { hold, record, evidence } = this.#run;
    const steps = nextSteps(record, progressAfter(this.#run.state.tasks, this.#ended));
    this.#ended.push(...steps.skip.map(({ task, reason }) => skipped(task, reason)));
    // What a task begins with depends on how those before it have ended.
    if (evidence.copies !== null) await this.#storeEnded();
    const now = Date.now();
    for (const task of steps.start) {
      if (this.#underWay.has(task) || (this.#later.get(task)?.wakeAt?.getTime() ?? 0) > now) continue;
      if (hold.interruption || this.#held) return false;
      if (hold.isFinishing) {
        if (this.#underWay.size === 0) hold.interrupt('drained');
        return false;
      }
      const most = evidence.copies === null ? 1 : (record.max_parallel ?? MAX_PARALLEL);
      if (this.#underWay.size >= most) return false;
      if (!this.#takeSlot(task)) return true;
      this.#later.delete(task);
      if (evidence.copies?.isApart(task) === true && !this.#prepared.delete(task)) this.#prepare(task);
      else await this.#start(task);
    }
    return false;
  }

  /** The copy of a task takes a while; whether it may start is asked again then. */
  #prepare(task: number): void {
    const prepare = async (): Promise<Progress> => {
      await this.#run.evidence.prepareCopy(task);
      return { task, is: 'prepared' };
    };
    this.#underWay.set(task, prepare());
  }

  /** Starts an attempt at a task; its start is stored with what has ended. */
  async #start(number: number): Promise<void> {
    const { ports, record, foresight, gate, state } = this.#run;
    const [task, now] = [record.tasks[number - 1], state.tasks[number - 1]];
    // Both query Redis: concurrently.
    const [limited, { foreseen, rest }] = await Promise.all([gate.before(task), foresight.of(number - 1)]);
    const waits = limited ?? (await suspectTurn(ports, record.execution_id, now));
    if (waits) {
      this.#held = waits;
      this.#releaseSlot(number);
      return;
    }
    const last = this.#ended.find((event) => event.task === number);
    const next = await nextAttempt(ports, this.#run, number, last);
    const started = withForecast(next, task, { foreseen, rest, ports });
    const begun = new Date();
    const stage = stageOf(this.#run, task, started);
    const ended = this.#ended;
    this.#ended = [];
    const committed = await this.#run.commit([...ended, started], ['running']);
    if (committed.result !== 'stored') {
      await stage;
      this.#ended = [...ended, ...this.#ended];
      this.#releaseSlot(number);
      return;
    }
    this.#leave(ended);
    const attempt = async (): Promise<Progress> => {
      const made = await makeAttempt(ports, this.#run, started, await stage, foreseen);
      return { task: number, is: 'ended', ended: made, begun };
    };
    this.#underWay.set(number, attempt());
  }

  /** Waits for what is under way, for a slot, or for the time of another try. */
  async #next(isBlocked: boolean): Promise<Progress | null> {
    const others: Promise<null>[] = [];
    if (isBlocked) others.push(this.#run.ports.slots.freed().then(() => null));
    const wakeAt = this.#held || this.#run.hold.interruption ? null : this.#nextTry()?.wakeAt;
    const timer = Promise.withResolvers<null>();
    const timeout =
      wakeAt && setTimeout(() => timer.resolve(null), Math.max(0, wakeAt.getTime() - Date.now()));
    try {
      return await Promise.race([...this.#underWay.values(), ...others, timer.promise]);
    } finally {
      if (timeout) clearTimeout(timeout);
    }
  }

  async #settle(progress: Progress | null): Promise<void> {
    if (progress === null) return;
    const { task: number } = progress;
    this.#underWay.delete(number);
    if (progress.is === 'prepared') {
      this.#prepared.add(number);
      this.#releaseSlot(number);
      return;
    }
    const { record, gate, ports } = this.#run;
    const task = record.tasks[number - 1];
    const attempted = await progress.ended.settle();
    this.#releaseSlot(number);
    const { end, giveUp: wanted } = whatNext(
      this.#run,
      attempted,
      await gate.bounds(attempted, ports.maxWait),
    );
    const given = await gate.after(task, end, { begun: progress.begun, giveUp: wanted });
    this.#ended.push(end);
    if (given) this.#hold(number, given);
  }

  /** A task that waits for its own next try keeps no other one from starting. */
  #hold(task: number, wait: GiveUp): void {
    const isOwn = wait.event.type === 'execution.waiting' && wait.event.data.reason === 'backoff';
    if (isOwn) this.#later.set(task, wait);
    else if (this.#held === null || isStronger(wait, this.#held)) this.#held = wait;
  }

  /** The wait that ends first, of tasks that are tried again; null: there are none. */
  #nextTry(): GiveUp | null {
    const waits = [...this.#later.values()];
    return waits.toSorted((one, other) => Number(one.wakeAt) - Number(other.wakeAt))[0] ?? null;
  }

  /** What has ended is stored at once where other tasks are under way: the next start may be far. */
  async #storeEnded(): Promise<void> {
    if (this.#ended.length === 0) return;
    const ended = this.#ended;
    this.#ended = [];
    await this.#run.recorder.commit(ended, { from: HELD });
    this.#leave(ended);
  }

  #leave(ended: readonly NewEvent[]): void {
    for (const { task = 0 } of ended)
      if (isSettled(this.#run.state.tasks[task - 1]?.status ?? 'pending')) this.#run.evidence.leaveCopy(task);
  }

  #takeSlot(task: number): boolean {
    if (this.#first === null) {
      this.#first = task;
      return true;
    }
    const lane = this.#run.record.tasks[task - 1]?.kind === 'prompt' ? 'prompts' : 'commands';
    const release = this.#run.ports.slots.takeFurther(lane);
    if (release) this.#slots.set(task, release);
    return release !== null;
  }

  #releaseSlot(task: number): void {
    if (this.#first === task) this.#first = null;
    this.#slots.get(task)?.();
    this.#slots.delete(task);
  }
}

/** A pause, which a person ends, counts more than a wait, and a long wait more than a short one. */
function isStronger(one: GiveUp, other: GiveUp): boolean {
  if (other.wakeAt === null) return false;
  return one.wakeAt === null || one.wakeAt > other.wakeAt;
}

function skipped(task: number, reason: EventData<'task.skipped'>['reason']): NewEvent {
  return { type: 'task.skipped', task, data: { reason } };
}

/** Makes the workspace ready; after a failed attempt, as the list says. */
async function stageOf(
  { evidence }: Pick<ExecutionRun, 'evidence'>,
  task: TaskRecord | undefined,
  { task: number, attempt, data }: StartedTask,
): Promise<Stage | Error> {
  const isRetry = data.reason === 'retry' && data.session?.resumed !== true;
  return await evidence.stage(task, { task: number, attempt }, isRetry);
}

/** Releases the slot until it continues. False if the execution's state was changed just then: it is interrupted. */
export async function giveUp(
  run: ExecutionRun,
  ended: readonly NewEvent[],
  { event, wakeAt }: NonNullable<Next['giveUp']>,
): Promise<boolean> {
  const { result } = await run.commit([...ended, event], ['running'], { release: true, wakeAt });
  if (result === 'stored') run.logger.info(event.data, event.type);
  return result === 'stored';
}
