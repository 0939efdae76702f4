import { numbered } from '@cc-executor/contracts/task-numbers';
import {
  isSettled,
  progressText,
  type EventData,
  type Manifest,
  type NewEvent,
} from '@cc-executor/contracts';
import { endTotals, missedTasks } from '@cc-executor/executions';
import { sealEvidence } from '../evidence/seal-evidence.ts';
import type { ExecutionRun } from './execution-run.ts';
import { LEASED_STATES } from '../ownership/leases.ts';

/** Why an execution ends although no task failed, and what happens to the tasks that have not started. */
export interface EarlyEnd {
  message: string;
  skip: EventData<'task.skipped'>['reason'];
}

/**
 * Ends an execution whose tasks are settled, or releases it if something else prevents it from continuing here.
 * `stopped`: why it may not run here; null: it may.
 */
export async function endExecution(run: ExecutionRun, stopped: EarlyEnd | null): Promise<void> {
  const { lease } = run;
  if (!lease.interruption) await run.commit(skips(run, stopped?.skip ?? 'task_failed'), ['running']);
  await deliverLast(run);
  if (!lease.interruption && (await finish(run, stopped))) return;
  switch (lease.interruption) {
    case 'cancelled':
      return await endCancelled(run);
    case 'drained':
    case 'paused':
      return await handBack(run);
    case 'lost':
    case undefined:
      run.logger.warn('another worker holds the execution now; this one stopped');
  }
}

/** Retries to deliver what could not be delivered to the user's repository after its task. */
async function deliverLast({ evidence, recorder, lease, logger, ports }: ExecutionRun): Promise<void> {
  if (lease.interruption) return;
  await ports.leases.certain(lease);
  if (lease.interruption) return;
  try {
    const data = await evidence.repository?.deliver();
    if (data) await recorder.commit([{ type: 'workspace.delivered', data }], { from: LEASED_STATES });
  } catch (error) {
    logger.warn({ err: error }, 'its branch could not be delivered');
  }
}

/** True if the execution has ended; false if it was interrupted just before. */
async function finish(run: ExecutionRun, stoppedBefore: EarlyEnd | null): Promise<boolean> {
  const failed = missedTasks(run.record.tasks, run.state.tasks).length;
  const after = await run.hooks?.afterExecution(failed === 0 ? 'completed' : 'failed', totalsOf(run));
  if (run.lease.interruption) return false;
  const notJoined = failed === 0 ? await run.evidence.copies.joinRest() : null;
  if (run.lease.interruption) return false;
  const stopped = stoppedBefore ?? after ?? (notJoined && { message: notJoined.why });
  const status = failed === 0 && stopped === null ? 'completed' : 'failed';
  const totals = { ...totalsOf(run), evidence: await seal(run, status) };
  const reason = stopped?.message ?? progressText(run.state.summary);
  const event: NewEvent =
    status === 'completed'
      ? { type: 'execution.completed', data: totals }
      : { type: 'execution.failed', data: { ...totals, reason } };
  const { result } = await run.commit([event], ['running']);
  if (result === 'stored') {
    run.logger.info({ failed }, event.type);
    await run.evidence.copies.removeAll();
  }
  return result === 'stored';
}

async function endCancelled(run: ExecutionRun): Promise<void> {
  await run.hooks?.afterExecution('cancelled', totalsOf(run));
  const totals = { ...totalsOf(run), evidence: await seal(run, 'cancelled') };
  await run.commit(
    [...skips(run, 'cancelled'), { type: 'execution.cancelled', data: totals }],
    ['cancelling'],
  );
  await run.evidence.copies.removeAll();
  run.logger.info('execution.cancelled');
}

/** Signs the evidence of an execution that ends; null: that failed. */
async function seal({ ports, record, state, lease, logger }: ExecutionRun, status: Manifest['status']) {
  const isHeld = async () => await ports.leases.confirm(lease);
  return await sealEvidence(ports, { record, state, status }, { isHeld, logger });
}

async function handBack({ recorder, holder, logger }: ExecutionRun): Promise<void> {
  const event: NewEvent = { type: 'execution.handed_back', data: holder };
  await recorder.commit([event], { from: LEASED_STATES, release: true });
  logger.info('released the execution');
}

function totalsOf({ state }: ExecutionRun) {
  return endTotals(state, new Date().toISOString());
}

function skips({ state }: ExecutionRun, reason: EventData<'task.skipped'>['reason']): NewEvent[] {
  return numbered(state.tasks).flatMap(([task, { status }]) =>
    isSettled(status) ? [] : [{ type: 'task.skipped', task, data: { reason } }],
  );
}
