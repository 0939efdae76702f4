import { isSettled, type EventData, type NewEvent } from '@cc-executor/contracts';
import { MAX_PARALLEL, nextSteps, progressAfter, runsApart, type TaskRecord } from '@cc-executor/executions';
import { makeAttempt, type Ended } from '../attempts/make-attempt.ts';
import type { ExecutionRun } from './execution-run.ts';
import { HELD } from '../ownership/holds.ts';
import { nextAttempt, type StartedTask } from '../attempts/next-attempt.ts';
import type { Stage } from '../evidence/run-evidence.ts';
import { isSuspect, suspectTurn, TURN_MS } from './suspect-turn.ts';
import { whatNext, type Next } from './what-next.ts';
import { withForecast } from './with-forecast.ts';

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
  /** The tasks that are under way, by number. */
  readonly #underWay = new Set<number>();
  /** What of that has come to something, in this order. */
  readonly #come: Promise<Progress>[] = [];
  /** Resolves when there is something to look at. */
  #news = Promise.withResolvers<void>();
  /** When the attempts that are under way began, by their tasks, in milliseconds since the epoch. */
  readonly #begun = new Map<number, number>();
  /** How many copies are being made. */
  #preparing = 0;
  /** True if something has settled in a copy since the workspace was last brought up to date. */
  #hasToJoin = false;
  /** The tasks whose copies are there, and that may start. */
  readonly #prepared = new Set<number>();
  /** What releases the slots of tasks beside the first one, whose slot is that of the execution. */
  readonly #slots = new Map<number, () => void>();
  #awaitsSlot = false;
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
    const unhook = this.#run.hold.onPause(() => this.#news.resolve());
    try {
      return await this.#runAll();
    } finally {
      unhook();
    }
  }

  async #runAll(): Promise<boolean> {
    const { hold, recorder } = this.#run;
    for (;;) {
      const mayStart = !hold.interruption && this.#held === null;
      const tooEarly = mayStart ? await this.#startAll() : null;
      if (this.#underWay.size === 0) {
        const wait = this.#held ?? this.#nextTry();
        if (hold.interruption || !wait) break;
        await this.#joinRest();
        if (await giveUp(this.#run, this.#ended, wait)) return true;
        // It is interrupted now.
        break;
      }
      await this.#storeEnded();
      this.#joinBehind();
      await this.#settle(await this.#next(tooEarly));
    }
    if (this.#ended.length > 0) await recorder.commit(this.#ended, { from: HELD });
    this.#ended = [];
    await this.#joinRest();
    return false;
  }

  /**
   * The work of what has completed is added to the workspace beside the tasks that run. No copy waits for it: it is made
   * from snapshots.
   */
  #joinBehind(): void {
    if (this.#preparing > 0 || !this.#hasToJoin) return;
    this.#hasToJoin = false;
    this.#run.evidence.joinRest().catch(() => undefined);
  }

  /** Before the execution is released or ends: what another worker or a user then finds is whole. */
  async #joinRest(): Promise<void> {
    const { hold, evidence } = this.#run;
    if (!evidence.runsApart || hold.interruption === 'lost') return;
    await this.#storeEnded();
    await evidence.joinRest();
  }

  /** Starts what may start. Returns when something may start for which it was too early; null: nothing is. */
  async #startAll(): Promise<Date | null> {
    const { hold, record, evidence } = this.#run;
    const steps = nextSteps(record, progressAfter(this.#run.state.tasks, this.#ended));
    this.#ended.push(...steps.skip.map(({ task, reason }) => skipped(task, reason)));
    for (const { task } of steps.skip) this.#later.delete(task);
    // What a task begins with depends on how those before it have ended.
    if (evidence.runsApart) await this.#storeEnded();
    const most = !evidence.runsApart ? 1 : (record.max_parallel ?? MAX_PARALLEL);
    const now = Date.now();
    let tooEarly: Date | null = null;
    for (const task of steps.start) {
      if (this.#underWay.has(task)) continue;
      const wakeAt = this.#later.get(task)?.wakeAt ?? null;
      if (wakeAt !== null && wakeAt.getTime() > now) {
        if (tooEarly === null || wakeAt < tooEarly) tooEarly = wakeAt;
        continue;
      }
      if (hold.interruption || this.#held) return null;
      if (hold.isFinishing) {
        if (this.#underWay.size === 0) hold.interrupt('drained');
        return null;
      }
      if (hold.paused && (await this.#isStillPaused())) return null;
      const aloneUntil = this.#aloneUntil(task);
      if (aloneUntil > now) return new Date(aloneUntil);
      // Before one of them ends, no time needs to come.
      if (this.#underWay.size >= most) return null;
      if (!this.#takeSlot(task)) return tooEarly;
      this.#later.delete(task);
      if (evidence.isApart(task) && !this.#prepared.delete(task)) this.#prepare(task);
      else await this.#start(task);
    }
    return tooEarly;
  }

  /**
   * Returns until when a task must not start, as one under way may be killing its worker, or as it may itself and a loss
   * would be held against others. In milliseconds since the epoch; 0: it may.
   */
  #aloneUntil(task: number): number {
    const { ports, state } = this.#run;
    const isOne = (number: number) => isSuspect(ports, state.tasks[number - 1]);
    const others = [...this.#begun].filter(([other]) => isOne(task) || isOne(other));
    return Math.max(0, ...others.map(([, begun]) => begun + TURN_MS));
  }

  /** What stands still keeps its process; without any there is nothing to keep, and the execution is handed back. */
  async #isStillPaused(): Promise<boolean> {
    const { hold, ports } = this.#run;
    if (this.#underWay.size > 0) return true;
    await ports.holds.confirm(hold);
    if (hold.paused) hold.interrupt('paused');
    return hold.paused;
  }

  /** The copy of a task takes a while; whether it may start is asked again then. */
  #prepare(task: number): void {
    const prepare = async (): Promise<Progress> => {
      await this.#run.evidence.prepareCopy(task);
      return { task, is: 'prepared' };
    };
    this.#preparing += 1;
    this.#goOn(task, prepare());
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
    if (runsApart(record)) next.data.in_copy = this.#run.evidence.isApart(number);
    const started = withForecast(next, task, { foreseen, rest, ports });
    const begun = new Date();
    const first = stageOf(this.#run, task, started);
    const ended = this.#ended;
    this.#ended = [];
    const committed = await this.#run.recorder.commit([...ended, started], { from: ['running'] });
    if (committed.result !== 'stored') {
      const isPaused = committed.result === 'illegal' && committed.status === 'paused';
      // An interruption would end what stands still.
      if (isPaused && this.#underWay.size > 0) this.#run.hold.setPaused(true);
      else this.#run.heed(committed);
      await first;
      this.#ended = [...ended, ...this.#ended];
      this.#releaseSlot(number);
      return;
    }
    this.#leave(ended);
    this.#begun.set(number, begun.getTime());
    const attempt = async (): Promise<Progress> => {
      let stage: Promise<Stage | Error> | null = first;
      const stageIt = async () => {
        const ready = stage ?? stageOf(this.#run, task, started);
        stage = null;
        return await ready;
      };
      const made = await makeAttempt(ports, this.#run, started, stageIt, foreseen);
      return { task: number, is: 'ended', ended: made, begun };
    };
    this.#goOn(number, attempt());
  }

  #goOn(task: number, progress: Promise<Progress>): void {
    this.#underWay.add(task);
    const come = () => {
      this.#come.push(progress);
      this.#news.resolve();
    };
    progress.then(come, come);
  }

  /** Waits for what is under way, for a slot, for the end of a pause, or until `at`. */
  async #next(at: Date | null): Promise<Progress | null> {
    if (this.#come.length === 0) {
      const { resolve, promise } = this.#news;
      const timeout = at && setTimeout(resolve, Math.max(0, at.getTime() - Date.now()));
      await promise;
      if (timeout) clearTimeout(timeout);
    }
    this.#news = Promise.withResolvers();
    return (await this.#come.shift()) ?? null;
  }

  async #settle(progress: Progress | null): Promise<void> {
    if (progress === null) return;
    const { task: number } = progress;
    this.#underWay.delete(number);
    this.#begun.delete(number);
    if (progress.is === 'prepared') {
      this.#preparing -= 1;
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
    this.#hasToJoin ||= this.#run.evidence.isApart(number);
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
    else this.#lookWhenFreed();
    return release !== null;
  }

  /** Once for all that wait for a slot. */
  #lookWhenFreed(): void {
    if (this.#awaitsSlot) return;
    this.#awaitsSlot = true;
    const look = () => {
      this.#awaitsSlot = false;
      this.#news.resolve();
    };
    this.#run.ports.slots.freed().then(look, look);
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
