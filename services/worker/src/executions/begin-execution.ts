import type { ExecutionRun } from './execution-run.ts';
import { lostAttempts } from './lost-attempts.ts';

/** Tells that this worker has the execution; before that, what an owner that is gone has left is ended and told. */
export async function beginExecution(run: ExecutionRun): Promise<void> {
  const { ports, hold, holder, lostOwner, taken, logger, state } = run;
  if (state.status === 'queued') {
    await run.commit([{ type: 'execution.started', data: holder }], ['queued']);
    return;
  }
  if (lostOwner) {
    // Before anything new may begin in the workspace, nothing old may run in it.
    const pids = await ports.endLeftovers(hold.executionId);
    if (pids.length > 0) logger.warn({ pids }, 'ended what a lost worker had left');
  }
  const lost = await lostAttempts(ports, taken, hold.generation);
  await run.commit(
    [...lost, { type: 'execution.continued', data: { ...holder, lost_worker: lostOwner } }],
    ['running', 'waiting', 'cancelling'],
  );
}
