import { constants } from 'node:fs';
import { entriesOf } from '@cc-executor/evidence/plain-files';
import { copyFile, cp, lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** So much is copied where the file system can't share the content of files, in bytes. */
const MOST_BYTES = 2 * 1024 ** 3;
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
/** Git's own folders are no content. */
const ADMINISTRATION = /(?:^|\/)\.(?:git|hg|svn)$/;

/**
 * Copies what snapshots leave out, such as installed packages and ignored files, from a workspace into a copy of it. What
 * is there stays, and nothing is put where the copy has no folder for it. File systems that can share contents, such as
 * Btrfs and XFS, do. Returns the paths that were not copied, as they would be too much or can't be read. Rejects where the
 * disk is full.
 */
export async function copyLeftOut(from: string, to: string, paths: readonly string[]): Promise<string[]> {
  let left = MOST_BYTES;
  const beyond: string[] = [];
  let isShared: boolean | null = null;
  for (const path of paths) {
    if (ADMINISTRATION.test(path) || !(await isWanted(join(from, path), join(to, path)))) continue;
    isShared ??= await canShare(join(from, path), to);
    if (isShared !== true) {
      const bytes = await bytesIn(join(from, path), left);
      if (bytes > left) {
        beyond.push(path);
        continue;
      }
      left -= bytes;
    }
    if (!(await copyOne(join(from, path), join(to, path)))) beyond.push(path);
  }
  return beyond;
}

/** Returns false where something of it can't be read: nothing of it is copied then. Sockets and pipes are no content. */
async function copyOne(from: string, to: string): Promise<boolean> {
  const isContent = async (path: string) => {
    const stats = await statsOf(path);
    return stats !== null && (stats.isDirectory() || stats.isFile() || stats.isSymbolicLink());
  };
  try {
    await cp(from, to, {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      filter: isContent,
      mode: constants.COPYFILE_FICLONE,
    });
    return true;
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    if (FULL.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return false;
  }
}

async function isWanted(source: string, target: string): Promise<boolean> {
  const [folder, there] = await Promise.all([statsOf(dirname(target)), statsOf(target)]);
  if (folder?.isDirectory() !== true || there) return false;
  const stats = await statsOf(source);
  return stats !== null && (stats.isDirectory() || stats.isFile() || stats.isSymbolicLink());
}

/** Returns whether the file system shares the content of a file that is copied; null: there is none to try. */
async function canShare(path: string, to: string): Promise<boolean | null> {
  const file = await firstFile(path);
  if (file === null) return null;
  const probe = join(to, '.cc-executor-probe');
  try {
    await copyFile(file, probe, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  } finally {
    await rm(probe, { force: true });
  }
}

async function firstFile(path: string): Promise<string | null> {
  const stats = await statsOf(path);
  if (stats?.isFile()) return stats.size > 0 ? path : null;
  if (!stats?.isDirectory()) return null;
  for await (const { name } of entriesOf(path)) {
    const file = await firstFile(join(path, name));
    if (file !== null) return file;
  }
  return null;
}

/** Returns the size of everything in a folder, or at least a number beyond `most`. */
async function bytesIn(path: string, most: number): Promise<number> {
  const stats = await statsOf(path);
  if (!stats?.isDirectory()) return stats?.size ?? 0;
  let bytes = stats.size;
  for await (const { name } of entriesOf(path)) {
    bytes += await bytesIn(join(path, name), most - bytes);
    if (bytes > most) break;
  }
  return bytes;
}

async function statsOf(path: string) {
  return await lstat(path).catch(() => null);
}
