import { taskAt } from '@cc-executor/contracts/task-numbers';
import { type ExecutionStatus, type NewEvent, type TaskWarning } from '@cc-executor/contracts';
import {
  Recorder,
  type ClaimResult,
  type CommitOptions,
  type Committed,
  type ExecutionRecord,
  type ExecutionState,
  type StoredExecution,
} from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import { RunEvidence } from '../evidence/run-evidence.ts';
import type { JoinResult } from '../evidence/tasks-in-copies.ts';
import { reportDelivery } from '../evidence/report-delivery.ts';
import { ExecutionHooks } from '../hooks/execution-hooks.ts';
import { LEASED_STATES, type Lease, type Interruption } from '../ownership/leases.ts';
import { ListPredictions } from '../attempts/list-predictions.ts';
import { PromptGate, stoppedAgents } from './prompt-gate.ts';
import { RunHistory } from './run-history.ts';
import type { RunPorts } from '../ports.ts';

export type Claimed = Extract<ClaimResult, { result: 'claimed' }>;

/** Why work stops after a change of state. */
const INTERRUPTIONS: Partial<Record<ExecutionStatus, Interruption>> = {
  cancelling: 'cancelled',
  paused: 'paused',
};

/** An execution that one worker runs: its record, its log, and their companions. */
export class ExecutionRun {
  readonly ports: RunPorts;
  readonly logger: Logger;
  readonly lease: Lease;
  /** The state at the claim. */
  readonly taken: StoredExecution;
  /** The previous worker, if it died or was cut off. */
  readonly lostOwner: string | null;
  /** The last sign of life of that worker. */
  readonly lastHeard: Date | null;
  /** How many workers in a row were lost before they started a task of it. */
  readonly idleLosses: number;
  readonly recorder: Recorder;
  readonly history: RunHistory;
  readonly predictions: ListPredictions;
  readonly evidence: RunEvidence;
  readonly hooks: ExecutionHooks | null;
  readonly gate: PromptGate;

  constructor(ports: RunPorts, logger: Logger, lease: Lease, claimed: Claimed) {
    const { execution, lostOwner, lastHeard, idleLosses } = claimed;
    const { record, state } = execution;
    this.ports = ports;
    this.logger = logger;
    this.lease = lease;
    this.taken = execution;
    this.lostOwner = lostOwner;
    this.lastHeard = lastHeard;
    this.idleLosses = idleLosses;
    // An execution that is running without an owner was resumed, or released.
    const isOpen = state.status === 'running' && lostOwner === null;
    const { credential, reach } = ports;
    const stopped = stoppedAgents(record, state);
    this.gate = new PromptGate({
      credential,
      reach,
      executionId: lease.executionId,
      isOpen,
      stopped,
      logger,
    });
    this.predictions = new ListPredictions(ports, record, logger);
    const isHeld = async () => await ports.leases.confirm(lease);
    const isCertain = async () => {
      await ports.leases.certain(lease);
      return lease.interruption !== 'lost';
    };
    const onJoined = async (task: number, joined: JoinResult) => await this.#tellJoined(task, joined);
    const now = { isHeld, isCertain, state: () => this.state, onJoined };
    this.evidence = new RunEvidence(ports, execution, { logger, ...now });
    this.history = new RunHistory(ports, { execution, lostOwner }, logger);
    this.hooks =
      ports.hooks &&
      new ExecutionHooks({
        set: ports.hooks,
        record,
        recorder: () => this.recorder,
        lease,
        workspace: async () => await ports.prepareWorkspace(record),
        logger,
      });
    this.recorder = new Recorder({
      store: ports.store,
      executionId: lease.executionId,
      token: lease.token,
      head: execution.head,
      epoch: execution.epoch,
      state,
      onRetry: (error) => logger.warn({ err: error }, 'the log could not be written; trying again'),
      onRewound: (gone) => logger.error(gone, 'Redis came back without the last events'),
      onCommitted: (events, at) => this.history.take(events, at),
      onStored: this.hooks?.onStored,
    });
    this.recorder.lost.addEventListener('abort', () => lease.interrupt('lost'));
    if (state.status === 'cancelling') lease.interrupt('cancelled');
  }

  get record(): ExecutionRecord {
    return this.taken.record;
  }

  get state(): ExecutionState {
    return this.recorder.state;
  }

  /** How events name this worker's lease. */
  get holder(): { worker: string; generation: number } {
    return { worker: this.ports.worker, generation: this.lease.generation };
  }

  /**
   * Stores events if the execution has one of these states. An execution that was changed meanwhile is interrupted.
   * `options`: as those of a Recorder.
   */
  async commit(
    events: NewEvent[],
    from: CommitOptions['from'],
    options: Omit<CommitOptions, 'from'> = {},
  ): Promise<Committed> {
    const committed = await this.recorder.commit(events, { ...options, from });
    this.heed(committed);
    return committed;
  }

  /** Interrupts an execution that was changed meanwhile. */
  heed(committed: Committed): void {
    if (committed.result !== 'illegal') return;
    this.logger.debug({ status: committed.status }, 'its state was changed meanwhile');
    this.lease.interrupt(INTERRUPTIONS[committed.status] ?? 'lost');
  }

  /** The task has ended: a warning changes its state. Another worker may have warned of it already. */
  async #tellJoined(task: number, joined: JoinResult): Promise<void> {
    const { attempt, warnings } = taskAt(this.state.tasks, task) ?? { attempt: 0, warnings: [] };
    const warned: TaskWarning[] = [];
    if ('notJoined' in joined) warned.push({ code: 'not_joined', message: joined.notJoined });
    else
      reportDelivery(joined, { recorder: this.recorder, place: { task, attempt } }, (code, message) =>
        warned.push({ code, message }),
      );
    const events = warned
      .filter(({ code }) => !warnings.some((known) => known.code === code))
      .map((data) => ({ type: 'task.warning', task, attempt, data }) as const);
    if (events.length > 0) await this.recorder.commit(events, { from: LEASED_STATES });
  }

  /** Resolves when none of it is in progress. */
  async close(): Promise<void> {
    this.ports.sandbox.containers?.release(this.lease.executionId);
    await this.evidence.close();
    await this.hooks?.close();
  }
}
