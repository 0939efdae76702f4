import { lstat, realpath } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';

/** Returns whether an absolute path lies below a folder; false for the folder itself. */
export function isBelow(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** Returns the real path of the existing part of `path`, with the rest appended. Throws EEXIST for a dangling link. */
export async function realOfDeepest(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path) throw error;
    const there = await lstat(path).catch(() => null);
    if (there?.isSymbolicLink())
      throw Object.assign(new Error(`${path} is a link to nowhere`), { code: 'EEXIST' });
    // Created between the two checks by a task that has just started.
    if (there) return await realOfDeepest(path);
    return resolve(await realOfDeepest(parent), path.slice(parent.length).replace(/^[/\\]/, ''));
  }
}
