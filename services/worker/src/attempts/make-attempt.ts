import { bareEnd } from '@cc-executor/agents';
import {
  AGENTS,
  keptWarnings,
  OUTCOMES,
  type AgentName,
  type NewEvent,
  type OutcomeCode,
  type WarningCode,
  type WorkspaceChanges,
} from '@cc-executor/contracts';
import { counted } from '@cc-executor/contracts/english';
import {
  recordOfTask,
  type ExecutionRecord,
  type PredictedTask,
  type Recorder,
} from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import { relative } from 'node:path';
import { AttemptEvidence } from '../evidence/attempt-evidence.ts';
import { NotJoinable } from '../evidence/not-joinable.ts';
import type { RunEvidence, PreparedWorkspace } from '../evidence/run-evidence.ts';
import type { TakenSnapshot } from '../evidence/run-snapshots.ts';
import { reportDelivery } from '../evidence/report-delivery.ts';
import { uidOf } from './box-of.ts';
import { clearLocks } from './git-locks/clear-locks.ts';
import { findLocks } from './git-locks/find-locks.ts';
import { withKnownCost, withSpent } from './amend-prompt.ts';
import { AttemptRunner, type AttemptGate } from './attempt-runner.ts';
import { attemptEnd } from './attempt-end.ts';
import { limitsOf } from './attempt-limits.ts';
import type { MeasuredTimes } from './attempt-watch.ts';
import { UnpausedTime } from './unpaused-time.ts';
import type { ListPredictions } from './list-predictions.ts';
import type { StartedTask } from './next-attempt.ts';
import type { ExecutionHooks } from '../hooks/execution-hooks.ts';
import type { Lease } from '../ownership/leases.ts';
import { resolveConflicts } from './resolve-conflicts.ts';
import { runAgents } from './run-agents.ts';
import type { PortSlot } from '../port-slots.ts';
import type { RunPorts } from '../ports.ts';

export interface TaskRun {
  record: ExecutionRecord;
  recorder: Recorder;
  lease: Lease;
  logger: Logger;
  hooks: ExecutionHooks | null;
}

/** An attempt of which no process is left. */
export interface Ended {
  place: { task: number; attempt: number };
  /**
   * Writes its receipt, which follows the one before it, and returns the event of its end. The caller stores that before
   * it settles another attempt.
   */
  settle: () => Promise<NewEvent>;
}

/**
 * Makes one attempt at a task: starts a new agent process and records all its output. Resolves when no process of it is
 * left. Never rejects for what the agent does.
 */
export async function makeAttempt(
  ports: RunPorts,
  run: TaskRun & {
    gate: AttemptGate;
    predictions: ListPredictions;
    evidence: Pick<RunEvidence, 'snapshots' | 'repository' | 'copies' | 'shared' | 'mayRunBeside'>;
  },
  started: StartedTask,
  /** Makes the workspace ready, and again after a conflict in it was resolved. */
  prepare: () => Promise<PreparedWorkspace | Error>,
  predicted: PredictedTask | null,
): Promise<Ended> {
  const { record, recorder, logger } = run;
  const place = { task: started.task, attempt: started.attempt };
  const task = recordOfTask(record, place.task);
  const time = new UnpausedTime(run.lease);
  const machine = ports.machine.follow();
  const { session } = started.data;
  const about = { record, state: recorder.state, lease: run.lease, task, place, session };
  const warn = (code: WarningCode, message: string) => {
    recorder.note({ type: 'task.warning', ...place, data: { code, message } })?.catch(() => undefined);
  };
  const files = ports.openFiles({ executionId: record.execution_id, ...place }, (error) =>
    warn('output_not_kept', `Its output can't be kept on disk: ${error.message}.`),
  );
  const { lease, hooks, gate } = run;
  const tellAnswered = firstAnswer(ports, record.execution_id, logger);
  const range = run.evidence.mayRunBeside(place.task) ? await portsFor(ports, logger) : null;
  const context = {
    record,
    recorder,
    lease,
    hooks,
    gate,
    files,
    limits: limitsOf(task, predicted, ports),
    variables: range?.variables ?? {},
    variants: async () => await run.evidence.copies.variants(place.task),
    onAnswer: (agent: AgentName) => {
      gate.answered(agent);
      // The answer of another model says nothing about that of the credential.
      if (AGENTS[agent].sharesCredential) tellAnswered();
    },
  };
  const besides: AttemptEvidence[] = [];
  const resolved = await resolveConflicts(record, await prepare(), {
    runner: () => {
      const beside = new AttemptEvidence(ports, about, null);
      besides.push(beside);
      return new AttemptRunner(
        ports,
        { ...context, evidence: beside, onLived: () => undefined },
        place,
        task,
      );
    },
    sandbox: ports.sandbox,
    held: { lease, recorder },
    where: { ...place, executionId: record.execution_id, session: null },
    variables: context.variables,
    copies: run.evidence.copies,
    again: prepare,
  });
  const prepared = resolved.begins;
  const evidence = new AttemptEvidence(ports, about, prepared instanceof Error ? null : prepared);
  const tell = ({ event, warning }: TakenSnapshot): string | null => {
    if (event) recorder.note({ type: 'workspace.snapshot', ...place, data: event })?.catch(() => undefined);
    if (warning !== null) warn('no_snapshot', warning);
    return event?.snapshot ?? null;
  };
  const restored = prepared instanceof Error ? null : prepared.restored;
  if (restored?.event)
    recorder.note({ type: 'workspace.restored', ...place, data: restored.event })?.catch(() => undefined);
  const before = prepared instanceof Error ? null : tell(prepared.before);
  if (restored && restored.warning !== null)
    warn('not_restored', `Its workspace is not what it should begin with: ${restored.warning}.`);
  if (!(prepared instanceof Error)) {
    const locks = findLocks(prepared.workspace).map((path) => relative(prepared.workspace, path));
    if (locks.length > 0) warn('git_locked', lockedMessage(locks));
  }
  let lived: MeasuredTimes | undefined;
  const since = new Date();
  const ran =
    resolved.end ??
    (prepared instanceof Error
      ? bareEnd(prepared instanceof NotJoinable ? 'merge_conflict' : 'spawn_failed', prepared.message)
      : await runAgents(
          ports,
          { ...context, evidence, onLived: (now) => (lived = now) },
          { ...place, executionId: record.execution_id, cwd: prepared.workspace, session },
          task,
        ).catch((error: unknown) => {
          // A failure to prepare is the outcome of this attempt: its owner has other tasks.
          logger.error({ ...place, err: error }, 'an attempt could not be made');
          return bareEnd(
            'agent_error',
            `It could not be run: ${error instanceof Error ? error.message : String(error)}`,
          );
        }));
  const hasStarted = [evidence, ...besides].some((one) => one.hasStarted);
  const end = withKnownCost(task, hasStarted, resolved.end ? ran : withSpent(ran, resolved.spent));
  gate.ends(end.outcome);
  await range?.release();
  if (!(prepared instanceof Error))
    await clearLocks({ leases: ports.leases, logger }, run.lease, {
      workspace: prepared.workspace,
      since,
      uid: uidOf(ports.sandbox, record),
    });
  if (end.result !== null) await files.result(end.result);
  await files.close();
  let warnings = recorder.takeWarnings(place);
  const warned = () => {
    warnings = keptWarnings([...warnings, ...recorder.takeWarnings(place)]);
    return warnings.length > 0 ? { warnings } : {};
  };
  time.stop();
  const attempted = {
    ...attemptEnd(end, files.bytes, time),
    ...warned(),
    machine: machine(),
  };
  const hasRun = !(prepared instanceof Error) && end.outcome !== 'hook_refused';
  const stop = hasRun ? await run.hooks?.afterTask(place, task, attempted, prepared.workspace) : null;
  const stopped = stop && end.outcome === 'completed' ? { ...attempted, ...stop } : attempted;
  const after = tell(await evidence.leave(run.evidence.snapshots));
  const written = await run.evidence.copies.writtenInPlace(place.task, since);
  if (written !== null) warn('linked_changed', written);
  if (run.evidence.shared.has(place.task)) {
    await run.evidence.shared.leave({ before, after });
    const changed = sharedChanges(evidence.changes);
    if (changed !== null) warn('shared_changed', changed);
  } else if (stopped.outcome === 'completed' && after !== null) run.evidence.copies.compareSoon(place.task);
  const snapshots = before === null && after === null ? {} : { snapshots: { before, after } };
  const ended = { ...stopped, ...snapshots, ...warned() };
  const settle = async (): Promise<NewEvent> => {
    const receipt = await evidence.write(ended, end.result, files).catch((error: Error) => {
      warn('evidence_missing', `Its evidence can't be kept on disk: ${error.message}.`);
      return null;
    });
    const { repository } = run.evidence;
    const isKept = ended.outcome === 'completed' && !task.picks;
    if (isKept && repository && run.lease.interruption !== 'lost') {
      await ports.leases.certain(run.lease);
      const folder =
        run.evidence.copies.has(place.task) && !(prepared instanceof Error) ? prepared.workspace : null;
      const kept = await repository.keep(task, place.task, receipt, folder);
      reportDelivery(kept, { recorder, place }, warn);
    }
    const data = { ...ended, ...warned(), receipt };
    if (predicted && lived) run.predictions.learn(predicted, data, lived, !session?.resumed);
    logger.info({ ...place, outcome: data.outcome, seconds: data.execution_time }, 'an attempt ended');
    return { type: EVENT_OF[OUTCOMES[data.outcome].status], ...place, data };
  };
  return { place, settle };
}

/** A task without a range of ports runs as it would alone. */
async function portsFor({ portSlots }: RunPorts, logger: Logger): Promise<PortSlot | null> {
  return await portSlots.take().catch((error: unknown) => {
    logger.warn({ err: error }, 'no range of ports could be taken');
    return null;
  });
}

function lockedMessage(locks: readonly string[]): string {
  const named = locks.slice(0, 5).join(', ') + (locks.length > 5 ? ', …' : '');
  return `Git is locked in its workspace: ${named}. Git commands may fail until the process that created the lock ends, or the lock is removed.`;
}

/** Returns what a task that only reads has changed, or another one beside it, for people; null: nothing. */
function sharedChanges(changes: WorkspaceChanges | null): string | null {
  if (changes === null || changes.changes.length === 0) return null;
  const { added, changed, removed } = changes;
  const first = changes.changes[0]?.path ?? '';
  return `It is shared, so it should only read. While it ran, ${counted(added + changed + removed, 'file')} of the workspace changed, such as ${JSON.stringify(first)}: by this task, or by another one that is shared.`;
}

/** Reports to all workers, once, that the model has answered an attempt that starts now. */
function firstAnswer({ reach }: RunPorts, executionId: string, logger: Logger): () => void {
  const begun = new Date();
  let isTold = false;
  return () => {
    if (isTold) return;
    isTold = true;
    reach
      .answered(begun, executionId)
      .catch((error: unknown) =>
        logger.warn({ err: error }, 'that the model has answered could not be noted'),
      );
  };
}

const EVENT_OF = {
  completed: 'task.completed',
  failed: 'task.failed',
  timed_out: 'task.timed_out',
  cancelled: 'task.cancelled',
  pending: 'task.interrupted',
} as const satisfies Record<(typeof OUTCOMES)[OutcomeCode]['status'], NewEvent['type']>;
