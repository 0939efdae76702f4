import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MadeFolder } from './made-folders.ts';

/**
 * Returns what shows that a folder which an execution has made holds somebody else's work; null: nothing does. That is
 * something that was changed, added, moved or removed after `ended` (in ms since 1970, by the time that no program can
 * set), a folder that is older than the one it lies in, so that it was moved there, and another disk. No link is followed.
 */
export async function othersWork(
  path: string,
  ended: number,
  { born, device }: Pick<MadeFolder, 'born'> & { device: bigint },
): Promise<string | null> {
  const stats = await lstat(path, { bigint: true }).catch(() => null);
  if (stats === null) return null;
  if (Number(stats.ctimeMs) > ended) return `${path} was changed after the execution had ended`;
  if (!stats.isDirectory()) return null;
  // Of folders alone: an overlay file system gives its files the devices of its layers.
  if (stats.dev !== device) return `${path} is on another disk`;
  // Files may be older: package managers link them from their stores.
  if (stats.birthtimeNs < BigInt(born)) return `${path} is older than the workspace, and was moved into it`;
  // Nobody could add to a folder that can't be read without changing its mode first, which its time would show.
  for (const name of await readdir(path).catch(() => [])) {
    const found = await othersWork(join(path, name), ended, { born, device });
    if (found !== null) return found;
  }
  return null;
}
