import { beginExecution } from './begin-execution.ts';
import { beginWorkspace } from './begin-workspace.ts';
import { endExecution, type EarlyEnd } from './end-execution.ts';
import { ExecutionRun } from './execution-run.ts';
import type { RunPorts } from '../ports.ts';
import { afterIdleLosses } from './idle-losses.ts';
import { releaseExecution } from './release-execution.ts';
import { runTasks } from './run-tasks.ts';

/**
 * Claims an execution if it is available, and runs its tasks in order until it ends or must be released.
 * Resolves when this worker has finished with it. A duplicate or late wake-up, or one for a removed execution, does
 * nothing.
 */
export async function runExecution(ports: RunPorts, executionId: string): Promise<void> {
  const logger = ports.logger.child({ execution_id: executionId });
  const askedAt = performance.now();
  const claim = await ports.store.claim(executionId, ports.worker);
  if (claim.result === 'refused') {
    const { reason } = claim;
    if (reason === 'unreadable')
      logger.error({ reason }, 'its record is of a newer version than this worker: it waits for a newer one');
    else if (reason === 'missing') logger.warn({ reason }, 'the execution no longer exists');
    else logger.debug({ reason }, 'a wake-up found nothing to do');
    return;
  }
  const lease = ports.leases.acquire(executionId, claim, askedAt);
  const run = new ExecutionRun(ports, logger, lease, claim);
  try {
    await work(run);
  } finally {
    ports.leases.release(lease);
    try {
      // It may have no owner now: a Redis that lost the claim has also lost the wake-up for it.
      if (lease.interruption === 'lost') {
        await reportIfGone(run);
        await ports.store.wake(executionId, run.recorder.head);
      }
    } finally {
      ports.wakeUps.relay();
      await run.close();
    }
  }
}

/** No other process can know of it: with its record, everything that Redis had of the execution is lost. */
async function reportIfGone({ ports, lease, logger, record, state }: ExecutionRun): Promise<void> {
  if ((await ports.store.readStatus(lease.executionId)) !== null) return;
  const settled = state.summary.completed_tasks + state.summary.failed_tasks;
  logger.error(
    { settled, tasks: record.tasks.length },
    `Redis has no record of execution ${lease.executionId} any more, as after a FLUSHALL: it was ended here and does not continue. The results of its tasks are in the data directory; submit the list again.`,
  );
}

async function work(run: ExecutionRun): Promise<void> {
  run.logger.info({ generation: run.lease.generation }, 'took an execution');
  const continued = run.state.status !== 'queued';
  await beginExecution(run);
  const early = run.lease.interruption ? null : await afterIdleLosses(run);
  if (early && 'wait' in early && (await releaseExecution(run, [], early.wait))) return;
  const refused = early && 'end' in early ? early.end : await refusalOfHooks(run, continued);
  const notBegun = refused === null ? await beginWorkspace(run) : null;
  if (notBegun?.wait && (await releaseExecution(run, [], notBegun.wait))) return;
  const stopped = refused ?? notBegun?.end ?? null;
  const isGivenUp = stopped === null && notBegun === null && (await runTasks(run));
  // A client that receives the end of an execution finds all of its rows.
  await run.history.written();
  if (!isGivenUp) await endExecution(run, stopped);
}

async function refusalOfHooks(run: ExecutionRun, continued: boolean): Promise<EarlyEnd | null> {
  const stop = run.lease.interruption ? null : await run.hooks?.beforeExecution(continued);
  return stop ? { message: stop.message, skip: 'hook_refused' } : null;
}
