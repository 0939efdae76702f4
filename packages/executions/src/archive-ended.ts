import { logPages } from './log-pages.ts';
import { rowsFrom } from './missing-rows.ts';
import type { Archive, EndedExecutions, EventLog, ExecutionStore, History } from './ports.ts';

export interface ArchivePorts {
  store: Pick<ExecutionStore, 'read'>;
  log: Pick<EventLog, 'page'>;
  ended: EndedExecutions;
  archive: Archive;
  history: Pick<History, 'complete' | 'prune'>;
}

/** How much is taken in hand at a time, so that a large backlog holds nothing up. */
const BATCH = 50;
const DAY_MS = 24 * 3600 * 1000;

/**
 * Moves executions that ended `afterSeconds` ago from Redis to the archive: first they are on disk whole, then they are
 * taken out of Redis, so that they are never in neither place. Gives how many were moved.
 */
export async function archiveEnded(ports: ArchivePorts, afterSeconds: number): Promise<number> {
  const ids = await ports.ended.toArchive(Date.now() - afterSeconds * 1000, BATCH);
  let moved = 0;
  for (const id of ids) {
    const execution = await ports.store.read(id);
    if (!execution) continue;
    const rows = rowsFrom(execution.record, logPages(ports.log, id));
    await ports.archive.save(execution, rows.pages);
    await ports.history.complete(execution.record, rows.read);
    if (await ports.ended.forget(id, execution.head)) moved += 1;
  }
  return moved;
}

/**
 * Removes executions that ended more than `days` ago, and the oldest beyond `keep`, with all their files. Their rows in
 * the history stay for `days`, however many executions there are.
 */
export async function pruneEnded(
  { store, ended, archive, history }: ArchivePorts,
  { days, keep }: { days: number; keep: number },
): Promise<number> {
  const ids = await ended.toPrune(Date.now() - days * DAY_MS, keep, BATCH);
  for (const id of ids) {
    const record = (await store.read(id))?.record;
    // Files first: what is left after a crash is found again by what Redis still has.
    await archive.remove(id, record && !record.workspace_named ? record.workspace : null);
    await ended.prune(id);
  }
  return ids.length + (await history.prune(days));
}
