import { numbered } from '@cc-executor/contracts/task-numbers';
import { snapshotOwner } from '@cc-executor/workspaces';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { uidOf } from '../attempts/box-of.ts';
import { clearLocks } from '../attempts/git-locks/clear-locks.ts';
import type { ExecutionRun } from './execution-run.ts';
import { lostAttempts } from './lost-attempts.ts';

/** How often it is checked whether this worker may still wait for the end of what was left. Milliseconds. */
const WATCH_MS = 500;

/** Records that this worker has the execution. Before that, ends and records what a lost owner left. */
export async function beginExecution(run: ExecutionRun): Promise<void> {
  const { ports, lease, holder, lostOwner, taken, logger, state } = run;
  if (state.status === 'queued') {
    if (!(await setAsideEarlier(run))) return;
    await run.commit([{ type: 'execution.started', data: holder }], ['queued']);
    return;
  }
  if (lostOwner) {
    // Before anything new starts in the workspace, nothing old may run in it. What a successor started is not old.
    await ports.leases.certain(lease);
    if (lease.interruption === 'lost') return;
    const left = await endLeftovers(run);
    if (left === null) return;
    if (left.length > 0) logger.warn({ left }, 'ended what a lost worker had left');
    await clearLocksOf(run).catch((err: unknown) => logger.warn({ err }, 'could not look for locks of git'));
  }
  const lost = await lostAttempts(ports, taken, {
    generation: lease.generation,
    lastHeard: run.lastHeard,
    left: run.evidence,
  });
  await run.commit(
    [...lost, { type: 'execution.continued', data: { ...holder, lost_worker: lostOwner } }],
    ['running', 'waiting', 'cancelling'],
  );
}

/**
 * Ends what a lost owner left. Returns how a log names it; null: this worker stops before that is known, or has lost the lease.
 * Then the next owner has to do it; the execution is not released.
 */
async function endLeftovers({ ports, lease, record }: ExecutionRun): Promise<string[] | null> {
  const stopping = new AbortController();
  // A lost lease may follow a cancel, which stops nothing here: an end is an end.
  const watch = setInterval(() => {
    if (lease.interruption === 'lost' || lease.interruption === 'drained') stopping.abort();
  }, WATCH_MS);
  try {
    return await ports.endLeftovers(record, lease.generation, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    lease.interrupt('lost');
    return null;
  } finally {
    clearInterval(watch);
  }
}

/**
 * Moves away the files of an execution that Redis no longer knows, so that they are not mistaken for this
 * one's. Returns false if this worker has lost the lease.
 */
async function setAsideEarlier({ ports, lease, logger, record }: ExecutionRun): Promise<boolean> {
  const { execution_id: id } = record;
  if (!(await ports.evidence.hasFiles(id))) return true;
  await ports.leases.certain(lease);
  if (lease.interruption === 'lost') return false;
  const place = await ports.evidence.setAside(id);
  logger.warn({ place }, 'set aside what an earlier execution with this id had left');
  return true;
}

/** Of the attempts that were in progress, each in its own copy or in the workspace. */
async function clearLocksOf({ ports, lease, logger, record, state }: ExecutionRun): Promise<void> {
  const running = numbered(state.tasks).flatMap(([task, { status, started_at }]) =>
    status === 'running' && started_at !== null ? [{ task, started_at }] : [],
  );
  if (running.length === 0) return;
  const main = await ports.prepareWorkspace(record);
  for (const { task, started_at } of running) {
    const copy = join(ports.copiesOf(record), snapshotOwner(record), String(task));
    const isCopy = (await lstat(copy).catch(() => null))?.isDirectory() === true;
    const workspace = isCopy ? copy : main;
    const uid = uidOf(ports.sandbox, record);
    await clearLocks({ leases: ports.leases, logger }, lease, {
      workspace,
      since: new Date(started_at),
      uid,
    });
  }
}
