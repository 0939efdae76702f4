import { CcError, type HistoryRow } from '@cc-executor/contracts';
import { logPages } from './log-pages.ts';
import { rowsFrom } from './missing-rows.ts';
import type { ExecutionRecord } from './record.ts';
import type { Archive, ArchiveDigest } from './ports/archive.ts';
import type { History } from './ports/history.ts';
import type { EventLog } from './ports/log.ts';
import type { EndedExecutions, ExecutionStore, StoredExecution } from './ports/store.ts';
import type { MadeWorkspaces } from './ports/workspaces.ts';

export interface ArchivePorts {
  store: Pick<ExecutionStore, 'read'>;
  log: Pick<EventLog, 'page'>;
  ended: EndedExecutions;
  archive: Archive;
  /** Signs the archive of an execution before it appears. Throws ILLEGAL_STATE if it may not be signed. */
  seal: (execution: StoredExecution, digest: ArchiveDigest) => Promise<void>;
  history: Pick<History, 'complete' | 'prune'>;
  workspaces: MadeWorkspaces;
  /** Removes the snapshots of an execution. Rejects when they can't be removed yet. */
  snapshots: { forget: (record: ExecutionRecord) => Promise<void> };
  /** Called with a folder below the workspaces root that is kept although nobody named it, and why. */
  onKept: (executionId: string, workspace: string, why: string) => void;
  /** Called with an execution that could not be moved or removed; it is retried and does not block the others. */
  onFault: (executionId: string, error: unknown) => void;
}

/** The size of a batch. */
const BATCH = 50;
const DAY_MS = 24 * 3600 * 1000;
const NEVER = new AbortController().signal;

/**
 * Moves executions that ended `afterSeconds` ago from Redis to the archive: they are removed from Redis only after they are
 * complete on disk. Returns how many were moved; stops early when `closed`
 * aborts.
 */
export async function archiveEnded(
  ports: ArchivePorts,
  afterSeconds: number,
  closed: AbortSignal = NEVER,
): Promise<number> {
  const next = async (skip: number) => await ports.ended.toArchive(afterSeconds * 1000, BATCH, skip);
  return await workThrough(next, ports, closed, async (id) => {
    const execution = await ports.store.read(id);
    if (!execution) return false;
    await ports.history.complete(execution.record, await save(ports, execution));
    return await ports.ended.forget(id, execution.head);
  });
}

/**
 * Removes executions that ended more than `days` ago, and the oldest beyond `keep`, with all their files. Their history
 * rows stay for `days`, however many executions there are. Returns how many were removed; stops early when
 * `closed` aborts.
 */
export async function pruneEnded(
  ports: ArchivePorts,
  { days, keep }: { days: number; keep: number },
  closed: AbortSignal = NEVER,
): Promise<number> {
  const { ended, archive, history } = ports;
  const next = async (skip: number) => await ended.toPrune(days * DAY_MS, keep, BATCH, skip);
  const removed = await workThrough(next, ports, closed, async (id) => {
    // It takes over from this one when it begins.
    if (await ended.isRerun(id)) return false;
    const execution = await readKept(ports, id);
    // The record names the folder that it created; the rest after a crash is found again by what is still in Redis.
    if (execution) {
      await removeWorkspace(ports, execution);
      await ports.snapshots.forget(execution.record);
    }
    await archive.remove(id);
    await ended.prune(id);
    return true;
  });
  return removed + (await history.prune(days));
}

/** Returns the rows of its attempts. An archive that may not be signed is kept unsigned, and reported. */
async function save(
  { archive, log, seal, onFault }: ArchivePorts,
  execution: StoredExecution,
): Promise<readonly HistoryRow[]> {
  const { record } = execution;
  const id = record.execution_id;
  const saved = async (sealed: Parameters<Archive['save']>[2]) => {
    const rows = rowsFrom(record, logPages(log, id));
    await archive.save(execution, rows.pages, sealed);
    return rows.read;
  };
  try {
    return await saved(async (digest) => await seal(execution, digest));
  } catch (error) {
    if (!(error instanceof CcError && error.code === 'ILLEGAL_STATE')) throw error;
    onFault(id, error);
    return await saved(undefined);
  }
}

async function removeWorkspace(
  { ended, workspaces, onKept }: Pick<ArchivePorts, 'ended' | 'workspaces' | 'onKept'>,
  { record, state }: StoredExecution,
): Promise<void> {
  if (record.workspace_named) return;
  const end = new Date(state.summary.completed_at ?? record.created_at);
  const kept = await workspaces.remove(record, end, (turn) => ended.isWanted(turn));
  if (kept !== null) onKept(record.execution_id, record.workspace, kept);
}

/** Null: nothing is known of it any more. A damaged archive is reported, and does not prevent the removal of the rest. */
async function readKept({ store, onFault }: ArchivePorts, id: string): Promise<StoredExecution | null> {
  try {
    return await store.read(id);
  } catch (error) {
    if (!(error instanceof CcError && error.code === 'ARCHIVE_DAMAGED')) throw error;
    onFault(id, error);
    return null;
  }
}

/**
 * Processes one execution after the other, the oldest first. Returns how many succeeded. Failed ones are
 * skipped, however many they are: `next` returns a batch of the rest after the first `skip`.
 */
async function workThrough(
  next: (skip: number) => Promise<readonly string[]>,
  { onFault }: Pick<ArchivePorts, 'onFault'>,
  closed: AbortSignal,
  work: (id: string) => Promise<boolean>,
): Promise<number> {
  const left = new Set<string>();
  let done = 0;
  while (!closed.aborted) {
    const ids = (await next(left.size)).filter((id) => !left.has(id));
    if (ids.length === 0) break;
    for (const id of ids) {
      if (closed.aborted) break;
      const isDone = await work(id).catch((error: unknown) => {
        onFault(id, error);
        return false;
      });
      if (isDone) done += 1;
      else left.add(id);
    }
  }
  return done;
}
