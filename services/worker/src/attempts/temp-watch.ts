import { inside } from '@cc-executor/evidence';
import { Poller } from '@cc-executor/service-kit/poller';
import { lstat } from 'node:fs/promises';

/** The interval between two checks of the directory, in milliseconds. */
const LOOK_MS = 3000;
/** The unit of disk usage in stat(2), in bytes; a sparse file uses less than its length. */
const BLOCK_BYTES = 512;
/** More waiting folders than this are too many, whatever they contain. */
const MOST_FOLDERS = 200_000;

/**
 * Calls `onFull` once when the files below a directory use more than `most` bytes of the disk. Returns a function that ends the
 * watch.
 */
export function watchTemp(path: string, most: number, onFull: () => void): () => Promise<void> {
  let isFull = false;
  const poller = new Poller({
    everyMs: LOOK_MS,
    work: async (closed) => {
      if (isFull || (await takenBelow(path, most, closed)) <= most || closed.aborted) return;
      isFull = true;
      onFull();
    },
    // The next check tries again.
    onError: () => undefined,
  });
  return async () => await poller.close();
}

/** Stops counting above `most`. Follows no links; files that are removed meanwhile count as 0. */
async function takenBelow(path: string, most: number, closed: AbortSignal): Promise<number> {
  const folders: (string | Buffer)[] = [path];
  let bytes = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    try {
      for await (const { at, isFolder, isFile } of inside(folder)) {
        if (closed.aborted) return bytes;
        if (isFolder && folders.push(at) > MOST_FOLDERS) return Infinity;
        const stats = isFile ? await lstat(at).catch(() => null) : null;
        bytes += (stats?.blocks ?? 0) * BLOCK_BYTES;
        if (bytes > most) return bytes;
      }
    } catch {
      // It was removed, or is unreadable.
    }
  return bytes;
}
