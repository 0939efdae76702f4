import { isWithin } from '@cc-executor/evidence/plain-files';
import { copyFile, glob, lstat, mkdir, realpath } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RepositoryRecord } from '@cc-executor/contracts';
import { RepositoryError } from './repository-error.ts';

/** So many files may be included. */
const MOST = 1000;

/**
 * Copies the files that a list includes from the user's repository into the clone, and returns their paths. No link is
 * followed, on either side, and what is there already stays: git carries it. Rejects with a RepositoryError where there are too many.
 */
export async function copyIncluded(
  { path: root, include }: Pick<RepositoryRecord, 'path' | 'include'>,
  clone: string,
): Promise<string[]> {
  if (root === null) return [];
  const copied = new Set<string>();
  const isGit = (name: string) => name === '.git' || name.endsWith('/.git') || name === 'node_modules';
  for await (const path of glob([...include], { cwd: root, exclude: isGit })) {
    const [from, to] = [join(root, path), join(clone, path)];
    if (path.split('/').includes('.git') || !(await isPlainFile(root, from))) continue;
    if (!(await isWithin(clone, Buffer.from(path))) || (await lstat(to).catch(() => null)) !== null) continue;
    if (copied.size >= MOST)
      throw new RepositoryError('include', `More than ${String(MOST)} files are to be included.`);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    copied.add(path);
  }
  return [...copied].toSorted();
}

/** No folder on the way is a link, so that nothing from elsewhere is copied. */
async function isPlainFile(root: string, path: string): Promise<boolean> {
  if (!(await lstat(path)).isFile()) return false;
  return (await realpath(path)) === join(await realpath(root), path.slice(root.length + 1));
}
