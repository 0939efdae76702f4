import { storeWith } from './find-store.ts';
import { openSnapshots } from './read-snapshots.ts';
import type { PatchOptions } from './read-patch.ts';
import { SnapshotError } from './snapshot-error.ts';
import type { SnapshotPlace } from './snapshot-places.ts';

/**
 * Returns a function that returns which of some snapshots of one workspace are not whole; none where that can't be known, as
 * without git. It needs no record of the execution: `place` is that of one of them. `contents`: every content of them is
 * read; false: it is only looked whether they are there.
 */
export function snapshotCheck({
  folder,
  path,
  contents,
}: PatchOptions & { contents: boolean }): (
  ids: readonly string[],
  place: SnapshotPlace,
) => Promise<ReadonlySet<string>> {
  return async (ids, place) => {
    try {
      const store = await storeWith(folder, place);
      if (store === null) return new Set(ids);
      const snapshots = await openSnapshots(store, { path });
      return await (contents ? snapshots.notWhole(ids) : snapshots.missing(ids));
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      return error.fault === 'unknown_snapshot' ? new Set(ids) : new Set();
    }
  };
}
