import { namesIn } from '@cc-executor/evidence/plain-files';
import { join } from 'node:path';
import { repositoryIn } from './git/repository.ts';
import { snapshotAt } from './refs.ts';
import { snapshotLabel, type SnapshotPlace } from './snapshot-places.ts';

/** Returns the store that has a snapshot, in the folder of all stores; null: none has it. No record is needed for it. */
export async function storeWith(folder: string, place: SnapshotPlace): Promise<string | null> {
  const label = snapshotLabel(place);
  for (const name of (await namesIn(folder).catch(() => null)) ?? []) {
    const store = join(folder, name);
    if (snapshotAt(repositoryIn(store), label) !== null) return store;
  }
  return null;
}
