import { taskAt } from '@cc-executor/contracts/task-numbers';
import { isSettled, type EventData, type NewEvent } from '@cc-executor/contracts';
import { MAX_PARALLEL, nextSteps, progressAfter, runsBeside, type TaskRecord } from '@cc-executor/executions';
import { makeAttempt } from '../attempts/make-attempt.ts';
import type { ExecutionRun } from './execution-run.ts';
import { LEASED_STATES } from '../ownership/leases.ts';
import { nextAttempt, type StartedTask } from '../attempts/next-attempt.ts';
import type { NotAdded } from '../evidence/joining.ts';
import type { PreparedWorkspace } from '../evidence/run-evidence.ts';
import { releaseExecution } from './release-execution.ts';
import { isSuspect, suspectTurn, TURN_MS } from './suspect-turn.ts';
import { TaskSlots } from './task-slots.ts';
import { TaskWaits } from './task-waits.ts';
import { UnderWay, type Progress } from './under-way.ts';
import { waitForRoom, whatNext } from './what-next.ts';
import { withForecast } from './with-forecast.ts';

/**
 * Runs the tasks that are not settled, each when what it needs has settled, until none is left or it is interrupted. Returns
 * true if the execution was released: it waits, or is paused. The end of a task is stored together with the start of
 * the next one: one round trip between two tasks.
 */
export async function runTasks(run: ExecutionRun): Promise<boolean> {
  const noRoom = await run.evidence.copies.open();
  if (noRoom !== null && !run.lease.interruption) {
    const wait = waitForRoom('the copies in which its tasks work', noRoom);
    if (await releaseExecution(run, [], wait)) return true;
  }
  return await new TaskRunner(run).run();
}

/** Decides what starts, starts it, and settles what has ended, one after the other. */
class TaskRunner {
  readonly #run: ExecutionRun;
  readonly #underWay = new UnderWay();
  readonly #slots: TaskSlots;
  readonly #waits = new TaskWaits();
  /** True if a task in a copy has settled since the workspace was last brought up to date. */
  #hasToJoin = false;
  /** The tasks whose folders are prepared, and that may start. */
  readonly #prepared = new Set<number>();
  /** Events that are stored with the next ones. */
  #ended: NewEvent[] = [];

  constructor(run: ExecutionRun) {
    this.#run = run;
    this.#slots = new TaskSlots(run.ports.slots, run.record.lane, () => this.#underWay.wake());
    run.gate.onChange = () => this.#underWay.wake();
  }

  async run(): Promise<boolean> {
    const unhook = this.#run.lease.onPause(() => this.#underWay.wake());
    try {
      return await this.#runAll();
    } finally {
      unhook();
    }
  }

  async #runAll(): Promise<boolean> {
    const { lease, recorder } = this.#run;
    for (;;) {
      const tooEarly = this.#mayStart ? await this.#startAll() : null;
      if (this.#underWay.size === 0) {
        const wait = this.#waits.release();
        if (lease.interruption || !wait) break;
        await this.#joinRest();
        if (await releaseExecution(this.#run, this.#ended, wait)) return true;
        // It is interrupted now.
        break;
      }
      await this.#storeEnded();
      this.#joinBehind();
      await this.#settle(await this.#underWay.next(tooEarly));
    }
    if (this.#ended.length > 0) await recorder.commit(this.#ended, { from: LEASED_STATES });
    this.#ended = [];
    const notJoined = await this.#joinRest();
    if (!notJoined?.isForNow || lease.interruption) return false;
    const wait = waitForRoom('the work of its tasks in the workspace', notJoined.why);
    return await releaseExecution(this.#run, [], wait);
  }

  get #mayStart(): boolean {
    const { lease, gate } = this.#run;
    return !lease.interruption && !this.#waits.stopsAll && !gate.isStopping;
  }

  /**
   * The work of what has completed is added to the workspace beside the tasks that run. No copy waits for it: it is made
   * from snapshots.
   */
  #joinBehind(): void {
    if (this.#underWay.isPreparing || !this.#hasToJoin || this.#isShared()) return;
    this.#hasToJoin = false;
    this.#run.evidence.copies.joinRest().catch(() => undefined);
  }

  /** Before the execution is released or ends: what another worker or a user then finds is whole. */
  async #joinRest(): Promise<NotAdded | null> {
    const { lease, evidence } = this.#run;
    if (!evidence.copies.areUsed || lease.interruption === 'lost') return null;
    await this.#storeEnded();
    return await evidence.copies.joinRest();
  }

  /** Starts what may start. Returns when something may start for which it was too early; null: nothing is. */
  async #startAll(): Promise<Date | null> {
    const { lease, record, evidence, gate } = this.#run;
    const steps = nextSteps(record, progressAfter(this.#run.state.tasks, this.#ended));
    this.#ended.push(...steps.skip.map(({ task, reason }) => skipped(task, reason)));
    for (const { task } of steps.skip) this.#waits.delete(task);
    // What a task begins with depends on how those before it have ended.
    if (evidence.copies.areUsed) await this.#storeEnded();
    const most = record.max_parallel ?? MAX_PARALLEL;
    // One that is shared comes after those that wait for the workspace to have what they need.
    let mayShare = true;
    const now = Date.now();
    let tooEarly: Date | null = null;
    for (const task of steps.start) {
      if (this.#underWay.has(task) || !gate.mayStart(taskAt(record.tasks, task))) continue;
      const wakeAt = this.#waits.startOf(task);
      if (wakeAt !== null && wakeAt.getTime() > now) {
        if (tooEarly === null || wakeAt < tooEarly) tooEarly = wakeAt;
        continue;
      }
      if (!this.#mayStart) return null;
      if (lease.isFinishing) {
        if (this.#underWay.size === 0) lease.interrupt('drained');
        return null;
      }
      if (lease.paused && (await this.#isStillPaused())) return null;
      const aloneUntil = this.#aloneUntil(task);
      if (aloneUntil > now) return new Date(aloneUntil);
      // Before one of them ends, no time needs to come.
      if (this.#underWay.size >= most) return null;
      if (!this.#mayRunBesideOthers(task)) continue;
      if (evidence.shared.has(task)) {
        mayShare &&= !this.#isShared() || (await evidence.copies.hasJoined(task));
        if (!mayShare) continue;
      }
      const lane = taskAt(record.tasks, task)?.kind === 'prompt' ? 'prompts' : 'commands';
      if (!this.#slots.take(task, lane)) continue;
      this.#waits.delete(task);
      if (evidence.copies.areUsed && !this.#prepared.delete(task))
        this.#underWay.prepare(task, evidence.makeReady(task));
      else await this.#start(task);
    }
    return tooEarly;
  }

  /** Only what works in a copy, or shares the workspace, runs while others do. */
  #mayRunBesideOthers(task: number): boolean {
    const { evidence } = this.#run;
    return (
      this.#underWay.size === 0 || [task, ...this.#underWay.all()].every((one) => evidence.mayRunBeside(one))
    );
  }

  /** Returns whether a task that is shared is under way: the workspace stays as it is then. */
  #isShared(): boolean {
    return this.#underWay.all().some((one) => this.#run.evidence.shared.has(one));
  }

  /**
   * Returns until when a task must not start, as one under way may be killing its worker, or as it may itself and a loss
   * would be held against others. In milliseconds since the epoch; 0: it may.
   */
  #aloneUntil(task: number): number {
    const { ports, state } = this.#run;
    const isOne = (number: number) => isSuspect(ports, taskAt(state.tasks, number));
    const others = this.#underWay.begun().filter(([other]) => isOne(task) || isOne(other));
    return Math.max(0, ...others.map(([, begun]) => begun + TURN_MS));
  }

  /** A stopped process keeps its slot. Without one, the execution is released. */
  async #isStillPaused(): Promise<boolean> {
    const { lease, ports } = this.#run;
    if (this.#underWay.size > 0) return true;
    await ports.leases.confirm(lease);
    if (lease.paused) lease.interrupt('paused');
    return lease.paused;
  }

  /** Starts an attempt at a task; its start is stored with what has ended. */
  async #start(number: number): Promise<void> {
    const { ports, record, predictions, gate, state } = this.#run;
    const [task, now] = [taskAt(record.tasks, number), taskAt(state.tasks, number)];
    // Both query Redis: concurrently.
    const [limited, { predicted, rest }] = await Promise.all([gate.before(task), predictions.of(number)]);
    const waits = limited ?? (await suspectTurn(ports, record.execution_id, now));
    if (waits === 'later') {
      if (this.#run.evidence.copies.areUsed) this.#prepared.add(number);
      this.#slots.release(number);
      return;
    }
    if (waits) {
      this.#waits.stopAll(waits);
      this.#slots.release(number);
      return;
    }
    const last = this.#ended.find((event) => event.task === number);
    const next = await nextAttempt(ports, this.#run, number, last);
    if (runsBeside(record)) next.data.in_copy = this.#run.evidence.copies.has(number);
    const started = withForecast(next, task, { predicted, rest, ports });
    const begun = new Date();
    const first = prepareFor(this.#run, task, started);
    const ended = this.#ended;
    this.#ended = [];
    const committed = await this.#run.recorder.commit([...ended, started], { from: ['running'] });
    if (committed.result !== 'stored') {
      const isPaused = committed.result === 'illegal' && committed.status === 'paused';
      // An interruption would end stopped processes.
      if (isPaused && this.#underWay.size > 0) this.#run.lease.setPaused(true);
      else this.#run.heed(committed);
      await first;
      gate.notStarted(task);
      this.#ended = [...ended, ...this.#ended];
      this.#slots.release(number);
      return;
    }
    this.#leave(ended);
    let prepared: Promise<PreparedWorkspace | Error> | null = first;
    const prepare = async () => {
      const ready = prepared ?? prepareFor(this.#run, task, started);
      prepared = null;
      return await ready;
    };
    this.#underWay.attempt(number, begun, makeAttempt(ports, this.#run, started, prepare, predicted));
  }

  async #settle(progress: Progress | null): Promise<void> {
    if (progress === null) return;
    const { task: number } = progress;
    if (progress.is === 'prepared') {
      if (progress.noRoom === null) this.#prepared.add(number);
      else {
        this.#run.logger.warn({ task: number, why: progress.noRoom }, 'there is no room for its folder');
        const folder = this.#run.evidence.copies.has(number) ? 'copy' : 'workspace';
        const what = `the ${folder} in which task ${String(number)} works`;
        this.#waits.add(number, waitForRoom(what, progress.noRoom));
      }
      this.#slots.release(number);
      return;
    }
    const { record, gate, ports } = this.#run;
    const task = taskAt(record.tasks, number);
    const attempted = await progress.ended.settle();
    this.#slots.release(number);
    const { end, release: wanted } = whatNext(
      this.#run,
      attempted,
      await gate.bounds(attempted, ports.maxWait),
    );
    const given = await gate.after(task, end, { begun: progress.begun, release: wanted });
    this.#ended.push(end);
    this.#hasToJoin ||= this.#run.evidence.copies.has(number);
    if (given) this.#waits.add(number, given);
  }

  /** Stores the ends of tasks immediately if other tasks are under way, because the next start may be far. */
  async #storeEnded(): Promise<void> {
    if (this.#ended.length === 0) return;
    const ended = this.#ended;
    this.#ended = [];
    await this.#run.recorder.commit(ended, { from: LEASED_STATES });
    this.#leave(ended);
  }

  #leave(ended: readonly NewEvent[]): void {
    for (const { task = 0 } of ended)
      if (isSettled(taskAt(this.#run.state.tasks, task)?.status ?? 'pending')) this.#run.evidence.leave(task);
  }
}

function skipped(task: number, reason: EventData<'task.skipped'>['reason']): NewEvent {
  return { type: 'task.skipped', task, data: { reason } };
}

/** Makes the workspace ready; after a failed attempt, as the list says. */
async function prepareFor(
  { evidence }: Pick<ExecutionRun, 'evidence'>,
  task: TaskRecord | undefined,
  { task: number, attempt, data }: StartedTask,
): Promise<PreparedWorkspace | Error> {
  const isRetry = data.reason === 'retry' && data.session?.resumed !== true;
  return await evidence.prepare(task, { task: number, attempt }, isRetry);
}
