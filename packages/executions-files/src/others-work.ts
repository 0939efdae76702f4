import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MadeFolder } from './made-folders.ts';

/**
 * Returns what shows that a folder created by an execution contains somebody else's work; null: nothing does. That is
 * something that was changed, added, moved or removed after `ended` (in ms since 1970, by the timestamp that no program can
 * set), a folder that is older than its parent, so that it was moved there, and another disk. Links are not followed.
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
  // Only for folders: an overlay file system reports the devices of its layers for files.
  if (stats.dev !== device) return `${path} is on another disk`;
  // Files may be older: package managers link them from their stores.
  if (stats.birthtimeNs < BigInt(born)) return `${path} is older than the workspace, and was moved into it`;
  // Adding to an unreadable folder requires a change of its mode first, which its timestamp would show.
  for (const name of await readdir(path).catch(() => [])) {
    const found = await othersWork(join(path, name), ended, { born, device });
    if (found !== null) return found;
  }
  return null;
}
