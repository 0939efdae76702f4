import { namesIn } from '@cc-executor/evidence/plain-files';
import { join } from 'node:path';
import { repositoryIn } from './git/repository.ts';
import { openSnapshots } from './read-snapshots.ts';
import { snapshotAt } from './refs.ts';
import { snapshotLabel, type SnapshotPlace } from './snapshot-places.ts';

/** The two snapshots that are compared. */
export interface PatchSpan extends Omit<SnapshotPlace, 'when'> {
  before: string;
  after: string;
}

export interface PatchOptions {
  /** The folder of all snapshots. */
  folder: string;
  /** The PATH for git. */
  path: string | undefined;
}

/**
 * Returns a function that reads the beginning of a patch for people, at most so many bytes: no contents of binary files, and
 * renames as such. It needs no record of the execution: the store is found by the label of the attempt that began with the
 * first snapshot. The function returns null where the snapshots are not kept, and rejects with a SnapshotError without git,
 * and with the reason of the signal when it aborts. It remembers where stores are: make one for each report.
 */
export function patchReader({
  folder,
  path,
}: PatchOptions): (span: PatchSpan, most: number, signal: AbortSignal) => Promise<Buffer | null> {
  const stores = new Map<string, string>();
  return async ({ execution, task, attempt, before, after }, most, signal) => {
    const label = snapshotLabel({ execution, task, attempt, when: 'before' });
    const store = stores.get(execution) ?? (await storeWith(folder, label));
    if (store === null) return null;
    stores.set(execution, store);
    const snapshots = await openSnapshots(store, { path });
    return await beginning(snapshots.patch(before, after, { form: 'text', signal }), most);
  };
}

async function storeWith(folder: string, label: string): Promise<string | null> {
  for (const name of (await namesIn(folder).catch(() => null)) ?? []) {
    const store = join(folder, name);
    if (snapshotAt(repositoryIn(store), label) !== null) return store;
  }
  return null;
}

/** Its source ends when enough is read. */
async function beginning(content: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of content) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= most) break;
  }
  return Buffer.concat(pieces).subarray(0, most);
}
