import { copyPlain, inside, isWithin } from '@cc-executor/evidence/plain-files';
import { bytesOf } from '@cc-executor/evidence/walked-names';
import { constants } from 'node:fs';
import { copyFile, lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The way in which a copy gets a path. */
type PlaceInCopy = 'link' | 'copy' | 'none';

/** The amount that is copied where the file system can't share the content of files, in bytes. */
const MOST_BYTES = 2 * 1024 ** 3;
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
/** Git's own folders are no content. */
const ADMINISTRATION = /(?:^|\/)\.(?:git|hg|svn)$/;

/**
 * Copies what snapshots leave out, such as installed packages and ignored files, from a workspace into a copy of it. What
 * is there stays, and nothing is put where the copy has no folder for it: a link to one is none. File systems that can share
 * contents, such as Btrfs and XFS, do. `paths`: as a walk names them; `placeOf`: what becomes of one, by that name. Returns those that were not copied, as they would be
 * too much or can't be read. Rejects where the disk is full.
 */
export async function copyLeftOut(
  from: string,
  to: string,
  paths: readonly string[],
  placeOf: (path: string) => PlaceInCopy = () => 'copy',
): Promise<string[]> {
  let left = MOST_BYTES;
  const beyond: string[] = [];
  let isShared: boolean | null = null;
  for (const path of paths) {
    const place = placeOf(path);
    if (place === 'none' || ADMINISTRATION.test(path) || !(await isWanted(from, to, path))) continue;
    const [source, target] = [at(from, path), at(to, path)];
    if (place === 'link') {
      if (!(await copyOne(source, target, true))) beyond.push(path);
      continue;
    }
    isShared ??= await canShare(source, to);
    if (isShared !== true) {
      // What can't be read is not copied below.
      const bytes = await bytesIn(source, left).catch(() => 0);
      if (bytes > left) {
        beyond.push(path);
        continue;
      }
      left -= bytes;
    }
    if (!(await copyOne(source, target))) beyond.push(path);
  }
  return beyond;
}

/**
 * Returns the files in a copy that are also those of others, and that were written since a time, of these paths: how many, and
 * one of them. Never rejects.
 */
export async function writtenInPlace(
  folder: string,
  paths: readonly string[],
  since: Date,
): Promise<{ files: number; first: string | null }> {
  const found: { files: number; first: string | null } = { files: 0, first: null };
  const root = Buffer.byteLength(`${folder}/`);
  const visit = async (path: Buffer): Promise<void> => {
    const stats = await statsOf(path);
    if (stats?.isDirectory()) for await (const entry of inside(path)) await visit(entry.at);
    if (!stats?.isFile() || stats.nlink < 2 || stats.mtime <= since) return;
    found.files += 1;
    found.first ??= path.subarray(root).toString();
  };
  for (const path of paths)
    if (await isWithin(folder, bytesOf(path))) await visit(at(folder, path)).catch(() => undefined);
  return found;
}

function at(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), bytesOf(path)]);
}

/** Returns false where something of it can't be read: none of it is copied then. */
async function copyOne(from: Buffer, to: Buffer, links = false): Promise<boolean> {
  try {
    await copyPlain(from, to, links);
    return true;
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    if (FULL.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return false;
  }
}

/** Neither is read through a link: that may lead out of the workspace, or out of the copy. */
async function isWanted(from: string, to: string, path: string): Promise<boolean> {
  const bytes = bytesOf(path);
  if (!(await isWithin(from, bytes)) || !(await isWithin(to, bytes))) return false;
  const folder = path.includes('/') ? at(to, path.slice(0, path.lastIndexOf('/'))) : to;
  if ((await statsOf(folder))?.isDirectory() !== true || (await statsOf(at(to, path)))) return false;
  const stats = await statsOf(at(from, path));
  return stats !== null && (stats.isDirectory() || stats.isFile() || stats.isSymbolicLink());
}

/** Returns whether the file system shares the content of a file that is copied; null: there is none to try. */
async function canShare(path: Buffer, to: string): Promise<boolean | null> {
  const file = await firstFile(path).catch(() => null);
  if (file === null) return null;
  const probe = join(to, '.cc-executor-probe');
  try {
    await copyFile(file, probe, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    await rm(probe, { force: true });
    return true;
  } catch {
    return false;
  }
}

async function firstFile(path: Buffer): Promise<Buffer | null> {
  const stats = await statsOf(path);
  if (stats?.isFile()) return stats.size > 0 ? path : null;
  if (!stats?.isDirectory()) return null;
  for await (const entry of inside(path)) {
    const file = await firstFile(entry.at);
    if (file !== null) return file;
  }
  return null;
}

/** Returns the size of everything in a folder, or at least a number beyond `most`. */
async function bytesIn(path: Buffer, most: number): Promise<number> {
  const stats = await statsOf(path);
  if (!stats?.isDirectory()) return stats?.size ?? 0;
  let bytes = stats.size;
  for await (const entry of inside(path)) {
    bytes += await bytesIn(entry.at, most - bytes);
    if (bytes > most) break;
  }
  return bytes;
}

async function statsOf(path: string | Buffer) {
  return await lstat(path).catch(() => null);
}
