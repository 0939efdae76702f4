import { logPages } from './log-pages.ts';
import { rowsFrom } from './missing-rows.ts';
import type {
  Archive,
  EndedExecutions,
  EventLog,
  ExecutionStore,
  History,
  MadeWorkspaces,
  StoredExecution,
} from './ports.ts';

export interface ArchivePorts {
  store: Pick<ExecutionStore, 'read'>;
  log: Pick<EventLog, 'page'>;
  ended: EndedExecutions;
  archive: Archive;
  history: Pick<History, 'complete' | 'prune'>;
  workspaces: MadeWorkspaces;
  /** Is told of a folder below the workspaces root that stays, although nobody named it, and why. */
  onKept: (executionId: string, workspace: string, why: string) => void;
  /** Told of an execution of which something could not be moved or removed; it is tried again, and holds up no other. */
  onFault: (executionId: string, error: unknown) => void;
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
  return await countDone(ids, ports, async (id) => {
    const execution = await ports.store.read(id);
    if (!execution) return false;
    const rows = rowsFrom(execution.record, logPages(ports.log, id));
    await ports.archive.save(execution, rows.pages);
    await ports.history.complete(execution.record, rows.read);
    return await ports.ended.forget(id, execution.head);
  });
}

/**
 * Removes executions that ended more than `days` ago, and the oldest beyond `keep`, with all their files. Their rows in
 * the history stay for `days`, however many executions there are.
 */
export async function pruneEnded(
  ports: ArchivePorts,
  { days, keep }: { days: number; keep: number },
): Promise<number> {
  const { store, ended, archive, history } = ports;
  const ids = await ended.toPrune(Date.now() - days * DAY_MS, keep, BATCH);
  const removed = await countDone(ids, ports, async (id) => {
    const execution = await store.read(id);
    // Its record tells which folder it made; what is left after a crash is found again by what Redis still has.
    if (execution) await removeWorkspace(ports, execution);
    await archive.remove(id);
    await ended.prune(id);
    return true;
  });
  return removed + (await history.prune(days));
}

async function removeWorkspace(
  { workspaces, onKept }: Pick<ArchivePorts, 'workspaces' | 'onKept'>,
  { record, state }: StoredExecution,
): Promise<void> {
  const { completed_at } = state.summary;
  const kept = await workspaces.remove(record, new Date(completed_at ?? record.created_at));
  if (kept !== null) onKept(record.execution_id, record.workspace, kept);
}

/** Does something to one execution after the other; gives for how many it was done. */
async function countDone(
  ids: readonly string[],
  { onFault }: Pick<ArchivePorts, 'onFault'>,
  work: (id: string) => Promise<boolean>,
): Promise<number> {
  let done = 0;
  for (const id of ids) {
    try {
      if (await work(id)) done += 1;
    } catch (error) {
      onFault(id, error);
    }
  }
  return done;
}
