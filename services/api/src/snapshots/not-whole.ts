import { CcError } from '@cc-executor/contracts';
import { ExecutionSnapshots, snapshotFailure, type SnapshotPorts } from './execution-snapshots.ts';

const GONE: ReadonlySet<string> = new Set(['SNAPSHOT_GONE', 'SNAPSHOT_NOT_FOUND']);

/** Returns which of some snapshots of an execution are not whole in the store; none where that can't be known here. */
export async function notWhole(
  ports: SnapshotPorts,
  id: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  try {
    const { snapshots } = await ExecutionSnapshots.open(ports, id);
    return await snapshots.notWhole(ids, { signal });
  } catch (error) {
    const failure = snapshotFailure(error);
    if (!(failure instanceof CcError)) throw failure;
    return GONE.has(failure.code) ? new Set(ids) : new Set();
  }
}
