import { entriesOf } from '@cc-executor/evidence';
import { Rounds } from '@cc-executor/executions';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

/** How often the directory is looked at, in milliseconds. */
const LOOK_MS = 3000;
/** The unit in which stat(2) counts what a file takes on the disk, in bytes; one with holes takes less than its length. */
const BLOCK_BYTES = 512;
/** As many folders that wait to be looked into are too much, whatever is in them. */
const MOST_FOLDERS = 200_000;

/**
 * Calls `onFull` once when the files below a directory take more than `most` bytes of the disk. Returns what ends the
 * watch.
 */
export function watchTemp(path: string, most: number, onFull: () => void): () => Promise<void> {
  let isFull = false;
  const rounds = new Rounds({
    everyMs: LOOK_MS,
    work: async (closed) => {
      if (isFull || (await takenBelow(path, most, closed)) <= most || closed.aborted) return;
      isFull = true;
      onFull();
    },
    // The next look tries again.
    onError: () => undefined,
  });
  return async () => await rounds.close();
}

/** Counts no further than to more than `most`. Follows no link; what goes away meanwhile takes nothing. */
async function takenBelow(path: string, most: number, closed: AbortSignal): Promise<number> {
  const folders = [path];
  let bytes = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    try {
      for await (const entry of entriesOf(folder)) {
        if (closed.aborted) return bytes;
        const inside = join(folder, entry.name);
        if (entry.isDirectory() && folders.push(inside) > MOST_FOLDERS) return Infinity;
        const stats = entry.isFile() ? await lstat(inside).catch(() => null) : null;
        bytes += (stats?.blocks ?? 0) * BLOCK_BYTES;
        if (bytes > most) return bytes;
      }
    } catch {
      // It is gone, or nobody may look.
    }
  return bytes;
}
