import { inside } from '@cc-executor/evidence';
import { lstat } from 'node:fs/promises';
import type { MadeFolder } from './made-folders.ts';

/** The most folders that wait to be read. A workspace with more is kept. */
const MOST_FOLDERS = 200_000;

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
  const shown = async (at: string | Buffer): Promise<{ isFolder: boolean; why: string | null }> => {
    const stats = await lstat(at, { bigint: true }).catch(() => null);
    if (stats === null) return { isFolder: false, why: null };
    const isFolder = stats.isDirectory();
    const because = (why: string) => ({ isFolder, why: `${at.toString()} ${why}` });
    if (Number(stats.ctimeMs) > ended) return because('was changed after the execution had ended');
    if (!isFolder) return { isFolder, why: null };
    // Only for folders: an overlay file system reports the devices of its layers for files.
    if (stats.dev !== device) return because('is on another disk');
    // Files may be older: package managers link them from their stores.
    if (stats.birthtimeNs < BigInt(born))
      return because('is older than the workspace, and was moved into it');
    return { isFolder, why: null };
  };
  const top = await shown(path);
  if (top.why !== null) return top.why;
  const folders: (string | Buffer)[] = top.isFolder ? [path] : [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    try {
      for await (const { at } of inside(folder)) {
        const { isFolder, why } = await shown(at);
        if (why !== null) return why;
        if (isFolder && folders.push(at) > MOST_FOLDERS)
          return `${path} has more than ${String(MOST_FOLDERS)} folders`;
      }
    } catch {
      // Adding to an unreadable folder requires a change of its mode first, which its timestamp would show.
    }
  return null;
}
