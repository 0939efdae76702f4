import { CcError } from '@cc-executor/contracts';
import type { Snapshots } from '@cc-executor/workspaces';
import { ExecutionSnapshots, snapshotFailure, type SnapshotPorts } from './execution-snapshots.ts';

const GONE: ReadonlySet<string> = new Set(['SNAPSHOT_GONE', 'SNAPSHOT_NOT_FOUND']);

/**
 * Returns which of some snapshots of an execution are not whole in the store, every content of them read; none where that
 * can't be known here.
 */
export async function notWhole(
  ports: SnapshotPorts,
  id: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  return await among(ports, id, ids, async (snapshots) => await snapshots.notWhole(ids, { signal }));
}

/** Returns which of some snapshots of an execution are not in the store, whatever their content; none as in `notWhole`. */
export async function missing(
  ports: SnapshotPorts,
  id: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  return await among(ports, id, ids, async (snapshots) => await snapshots.missing(ids));
}

async function among(
  ports: SnapshotPorts,
  id: string,
  ids: readonly string[],
  look: (snapshots: Snapshots) => Promise<ReadonlySet<string>>,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  try {
    return await look((await ExecutionSnapshots.open(ports, id)).snapshots);
  } catch (error) {
    const failure = snapshotFailure(error);
    if (!(failure instanceof CcError)) throw failure;
    return GONE.has(failure.code) ? new Set(ids) : new Set();
  }
}
