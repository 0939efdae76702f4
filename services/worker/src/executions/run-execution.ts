import { isSettled, type EventData, type ExecutionStatus, type NewEvent } from '@cc-executor/contracts';
import {
  type ClaimResult,
  endTotals,
  Recorder,
  type Committed,
  type ExecutionState,
  type StoredExecution,
} from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import { ExecutionHooks } from '../hooks/execution-hooks.ts';
import type { Stop } from '../hooks/stage-run.ts';
import { HELD, type Hold, type Interruption } from './holds.ts';
import { lostAttempts } from './lost-attempts.ts';
import { RunEvidence } from '../evidence/run-evidence.ts';
import { RunHistory } from './run-history.ts';
import { ListForesight } from './list-foresight.ts';
import { nextAttempt } from './next-attempt.ts';
import { withForecast } from './with-forecast.ts';
import { PromptGate } from './prompt-gate.ts';
import { makeAttempt } from './run-task.ts';
import { whatNext, type Next } from './what-next.ts';
import type { RunPorts } from './run-ports.ts';

/**
 * Takes an execution, if it is to be had, and works through its tasks in order until it ends or has to be given up.
 * Resolves when this worker is done with it. A wake-up that comes twice, late, or for something that is gone does
 * nothing.
 */
export async function runExecution(ports: RunPorts, executionId: string): Promise<void> {
  const logger = ports.logger.child({ execution_id: executionId });
  const claim = await ports.store.claim(executionId, ports.worker);
  if (claim.result === 'refused') {
    const { reason } = claim;
    if (reason === 'unreadable')
      logger.error({ reason }, 'its record is of a newer version than this worker: it waits for a newer one');
    else if (reason === 'missing') logger.warn({ reason }, 'there is no such execution any more');
    else logger.debug({ reason }, 'a wake-up found nothing to do');
    return;
  }
  const hold = ports.holds.take(executionId, claim);
  const run = new ExecutionRun(ports, logger, hold, claim);
  try {
    await run.run();
  } finally {
    ports.holds.release(hold);
    // Nobody may have it now: a Redis that has lost the claim has also lost the wake-up that led to it.
    if (hold.interruption === 'lost') await ports.store.wake(executionId, run.head);
    ports.wakeUps.relay();
    await run.close();
  }
}

type Claimed = Extract<ClaimResult, { result: 'claimed' }>;

/** Why work stops when somebody has changed the state. */
const INTERRUPTIONS: Partial<Record<ExecutionStatus, Interruption>> = {
  cancelling: 'cancelled',
  paused: 'paused',
};

/** One worker's work on one execution. */
class ExecutionRun {
  readonly #ports: RunPorts;
  readonly #logger: Logger;
  readonly #hold: Hold;
  readonly #execution: StoredExecution;
  readonly #lostOwner: string | null;
  readonly #recorder: Recorder;
  readonly #history: RunHistory;
  readonly #foresight: ListForesight;
  readonly #evidence: RunEvidence;
  readonly #hooks: ExecutionHooks | null;
  #isGivenUp = false;
  /** Why hooks let it not be run, or not succeed; null: they do. */
  #stopped: Stop | null = null;
  readonly #gate: PromptGate;

  constructor(ports: RunPorts, logger: Logger, hold: Hold, { execution, lostOwner }: Claimed) {
    this.#ports = ports;
    this.#logger = logger;
    this.#hold = hold;
    this.#execution = execution;
    this.#lostOwner = lostOwner;
    // One that is running without an owner was resumed, or handed back.
    this.#gate = new PromptGate(ports.credential, execution.state.status === 'running' && lostOwner === null);
    this.#foresight = new ListForesight(ports.statistics, execution.record, logger);
    this.#evidence = new RunEvidence(ports, execution.record, logger);
    this.#history = new RunHistory(ports, execution, logger);
    this.#hooks =
      ports.hooks &&
      new ExecutionHooks({
        set: ports.hooks,
        record: execution.record,
        recorder: () => this.#recorder,
        hold,
        workspace: async () => await ports.prepareWorkspace(execution.record.workspace),
        logger,
      });
    this.#recorder = new Recorder({
      store: ports.store,
      executionId: hold.executionId,
      token: hold.token,
      head: execution.head,
      epoch: execution.epoch,
      state: execution.state,
      onRetry: (error) => logger.warn({ err: error }, 'the log could not be written; trying again'),
      onRewound: (gone) => logger.error(gone, 'Redis came back without the last events'),
      onCommitted: (events, at) => this.#history.take(events, at),
      onStored: this.#hooks?.onStored,
    });
    this.#recorder.lost.addEventListener('abort', () => hold.interrupt('lost'));
    if (execution.state.status === 'cancelling') hold.interrupt('cancelled');
  }

  /** seq of the last event that is known here. */
  get head(): number {
    return this.#recorder.head;
  }

  async run(): Promise<void> {
    this.#logger.info({ generation: this.#hold.generation }, 'took an execution');
    const continued = this.#state.status !== 'queued';
    await this.#begin();
    if (!this.#hold.interruption) this.#stopped = (await this.#hooks?.beforeExecution(continued)) ?? null;
    if (!this.#stopped) await this.#runTasks();
    await this.#end();
  }

  /** Resolves when nothing of it goes on. */
  async close(): Promise<void> {
    this.#evidence.close();
    await this.#hooks?.close();
  }

  get #state(): ExecutionState {
    return this.#recorder.state;
  }

  async #begin(): Promise<void> {
    const data = { worker: this.#ports.worker, generation: this.#hold.generation };
    if (this.#state.status === 'queued') {
      await this.#commit([{ type: 'execution.started', data }], ['queued']);
      return;
    }
    if (this.#lostOwner) await this.#endLeftovers();
    const lost = await lostAttempts(this.#ports, this.#execution, this.#hold.generation);
    const continued = { ...data, lost_worker: this.#lostOwner };
    await this.#commit(
      [...lost, { type: 'execution.continued', data: continued }],
      ['running', 'waiting', 'cancelling'],
    );
  }

  /** Before anything new may begin in the workspace, nothing old may run in it. */
  async #endLeftovers(): Promise<void> {
    const pids = await this.#ports.endLeftovers(this.#hold.executionId);
    if (pids.length > 0) this.#logger.warn({ pids }, 'ended what a lost worker had left');
  }

  /** The end of a task is stored together with the start of the next one: one round trip between two tasks. */
  async #runTasks(): Promise<void> {
    const { record } = this.#execution;
    const foresight = this.#foresight;
    const run = {
      record,
      recorder: this.#recorder,
      hold: this.#hold,
      logger: this.#logger,
      foresight,
      hooks: this.#hooks,
    };
    let ended: NewEvent[] = [];
    for (let index = 0; index < record.tasks.length && !this.#hold.interruption;) {
      const status = this.#state.tasks[index]?.status ?? 'pending';
      if (isSettled(status)) {
        // Settled by a worker that died before it could say what that means for the rest.
        if (status !== 'completed' && record.on_failure === 'stop') break;
        index += 1;
        continue;
      }
      if (this.#hold.isFinishing) {
        this.#hold.interrupt('drained');
        break;
      }
      const task = record.tasks[index];
      // Both ask Redis: at once.
      const [limited, { foreseen, rest }] = await Promise.all([this.#gate.before(task), foresight.of(index)]);
      if (limited && (await this.#giveUp(ended, limited))) return;
      const next = await nextAttempt(this.#ports, run, index + 1, ended[0]);
      const started = withForecast(next, task, { foreseen, rest, ports: this.#ports });
      const begun = new Date();
      const [committed, stage] = await Promise.all([
        this.#commit([...ended, started], ['running']),
        this.#evidence.stage(),
      ]);
      if (committed.result !== 'stored') break;
      const { end, giveUp } = whatNext(run, await makeAttempt(this.#ports, run, started, stage, foreseen));
      await this.#gate.after(task, end, { begun, giveUp });
      if (giveUp && (await this.#giveUp([end], giveUp))) return;
      ended = [end];
      // An attempt that did not settle its task is made again.
      if (end.type === 'task.interrupted' || end.type === 'task.retrying') continue;
      if (end.type !== 'task.completed' && record.on_failure === 'stop') break;
      index += 1;
    }
    if (ended.length > 0) await this.#recorder.commit(ended, { from: HELD });
  }

  /** Gives the slot back until it goes on. False when somebody changed the execution's state just then. */
  async #giveUp(ended: NewEvent[], { event, wakeAt }: NonNullable<Next['giveUp']>): Promise<boolean> {
    const { result } = await this.#recorder.commit([...ended, event], {
      from: ['running'],
      release: true,
      wakeAt,
    });
    this.#isGivenUp = result === 'stored';
    if (this.#isGivenUp) this.#logger.info(event.data, event.type);
    return this.#isGivenUp;
  }

  async #end(): Promise<void> {
    // Who hears that an execution has ended finds all of its rows.
    await this.#history.written();
    if (this.#isGivenUp) return;
    if (!this.#hold.interruption) {
      await this.#commit(this.#skips(this.#stopped ? 'hook_refused' : 'task_failed'), ['running']);
    }
    if (!this.#hold.interruption && (await this.#finish())) return;
    switch (this.#hold.interruption) {
      case 'cancelled':
        return await this.#endCancelled();
      case 'drained':
      case 'paused':
        return await this.#handBack();
      case 'lost':
      case undefined:
        this.#logger.warn('another worker holds the execution now; this one stopped');
    }
  }

  /** True when the execution has ended; false when somebody interrupted it just before. */
  async #finish(): Promise<boolean> {
    const soFar = endTotals(this.#state, new Date().toISOString());
    const failed = soFar.total_tasks - soFar.completed_tasks;
    const after = await this.#hooks?.afterExecution(failed === 0 ? 'completed' : 'failed', soFar);
    if (this.#hold.interruption) return false;
    this.#stopped ??= after ?? null;
    const status = failed === 0 && this.#stopped === null ? 'completed' : 'failed';
    const totals = await this.#totals(status);
    const reason =
      this.#stopped?.message ?? `${String(failed)} of ${String(totals.total_tasks)} tasks did not succeed`;
    const event: NewEvent =
      status === 'completed'
        ? { type: 'execution.completed', data: totals }
        : { type: 'execution.failed', data: { ...totals, reason } };
    const { result } = await this.#commit([event], ['running']);
    if (result === 'stored') this.#logger.info({ failed }, event.type);
    return result === 'stored';
  }

  async #endCancelled(): Promise<void> {
    await this.#hooks?.afterExecution('cancelled', endTotals(this.#state, new Date().toISOString()));
    const totals = await this.#totals('cancelled');
    await this.#commit(
      [...this.#skips('cancelled'), { type: 'execution.cancelled', data: totals }],
      ['cancelling'],
    );
    this.#logger.info('execution.cancelled');
  }

  /** What the last event tells of an execution that ends so. */
  async #totals(status: 'completed' | 'failed' | 'cancelled') {
    const totals = endTotals(this.#state, new Date().toISOString());
    return { ...totals, evidence: await this.#evidence.seal(this.#state, status) };
  }

  async #handBack(): Promise<void> {
    const data = { worker: this.#ports.worker, generation: this.#hold.generation };
    const event: NewEvent = { type: 'execution.handed_back', data };
    await this.#recorder.commit([event], { from: HELD, release: true });
    this.#logger.info('handed the execution back');
  }

  #skips(reason: EventData<'task.skipped'>['reason']): NewEvent[] {
    return this.#state.tasks.flatMap((task, index) =>
      isSettled(task.status) ? [] : [{ type: 'task.skipped', task: index + 1, data: { reason } }],
    );
  }

  async #commit(events: NewEvent[], from: Parameters<Recorder['commit']>[1]['from']): Promise<Committed> {
    const committed = await this.#recorder.commit(events, { from });
    if (committed.result === 'illegal') {
      this.#logger.debug({ status: committed.status }, 'its state was changed meanwhile');
      this.#hold.interrupt(INTERRUPTIONS[committed.status] ?? 'lost');
    }
    return committed;
  }
}
