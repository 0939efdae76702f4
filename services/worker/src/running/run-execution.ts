import { beginExecution } from './begin-execution.ts';
import { endExecution, type EarlyEnd } from './end-execution.ts';
import { ExecutionRun } from './execution-run.ts';
import type { RunPorts } from '../ports.ts';
import { afterIdleLosses } from './idle-losses.ts';
import { giveUp, runTasks } from './run-tasks.ts';

/**
 * Takes an execution, if it is to be had, and works through its tasks in order until it ends or has to be given up.
 * Resolves when this worker is done with it. A wake-up that comes twice, late, or for something that is gone does
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
    else if (reason === 'missing') logger.warn({ reason }, 'there is no such execution any more');
    else logger.debug({ reason }, 'a wake-up found nothing to do');
    return;
  }
  const hold = ports.holds.take(executionId, claim, askedAt);
  const run = new ExecutionRun(ports, logger, hold, claim);
  try {
    await work(run);
  } finally {
    ports.holds.release(hold);
    try {
      // Nobody may have it now: a Redis that has lost the claim has also lost the wake-up that led to it.
      if (hold.interruption === 'lost') {
        await reportIfGone(run);
        await ports.store.wake(executionId, run.recorder.head);
      }
    } finally {
      ports.wakeUps.relay();
      await run.close();
    }
  }
}

/** Nobody else can know of it: with its record everything that Redis had of the execution is gone. */
async function reportIfGone({ ports, hold, logger, record, state }: ExecutionRun): Promise<void> {
  if ((await ports.store.readStatus(hold.executionId)) !== null) return;
  const settled = state.summary.completed_tasks + state.summary.failed_tasks;
  logger.error(
    { settled, tasks: record.tasks.length },
    `Redis has no record of execution ${hold.executionId} any more, as after a FLUSHALL: it was ended here and does not go on. What its tasks gave is in the data directory; submit the list again.`,
  );
}

async function work(run: ExecutionRun): Promise<void> {
  run.logger.info({ generation: run.hold.generation }, 'took an execution');
  const continued = run.state.status !== 'queued';
  await beginExecution(run);
  const early = run.hold.interruption ? null : await afterIdleLosses(run);
  if (early && 'wait' in early && (await giveUp(run, [], early.wait))) return;
  const stopped = early && 'end' in early ? early.end : await refusalOfHooks(run, continued);
  const isGivenUp = stopped === null && (await runTasks(run));
  // Who hears that an execution has ended finds all of its rows.
  await run.history.written();
  if (!isGivenUp) await endExecution(run, stopped);
}

async function refusalOfHooks(run: ExecutionRun, continued: boolean): Promise<EarlyEnd | null> {
  const stop = run.hold.interruption ? null : await run.hooks?.beforeExecution(continued);
  return stop ? { message: stop.message, skip: 'hook_refused' } : null;
}
