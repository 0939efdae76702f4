import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the path of something in a folder, or of the folder, that was changed, added, moved or removed after a time
 * in ms since 1970; null: nothing was. It goes by the time that no program can set (ctime). No link is followed.
 */
export async function changedSince(path: string, time: number): Promise<string | null> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return null;
  if (stats.ctimeMs > time) return path;
  if (!stats.isDirectory()) return null;
  // Nobody could add to a folder that can't be read without changing its mode first, which its time would show.
  for (const name of await readdir(path).catch(() => [])) {
    const changed = await changedSince(join(path, name), time);
    if (changed !== null) return changed;
  }
  return null;
}
