import { openAround, pathOfOpen, type OpenedFolder } from '@cc-executor/evidence/opened-folder';
import { isWithin, openPlain } from '@cc-executor/evidence/plain-files';
import { copyPlain } from '@cc-executor/evidence/plain-trees';
import { bytesOf } from '@cc-executor/evidence/walked-names';
import { constants } from 'node:fs';
import { copyFile, lstat, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** The way in which a copy gets a path. */
type PlaceInCopy = 'link' | 'copy' | 'none';

/** The amount that is copied where the file system can't share the content of files, in bytes. */
const MOST_BYTES = 2 * 1024 ** 3;
const SLASH = Buffer.from('/');
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
    if (place === 'link') {
      if (!(await copyOne(from, to, path, true))) beyond.push(path);
      continue;
    }
    isShared ??= await canShare(from, path, to).catch(() => null);
    if (isShared !== true) {
      // What can't be read is not copied below.
      const bytes = await around(from, path, async (folder, name) => await bytesIn(folder, name, left)).catch(
        () => 0,
      );
      if (bytes > left) {
        beyond.push(path);
        continue;
      }
      left -= bytes;
    }
    if (!(await copyOne(from, to, path))) beyond.push(path);
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
  const visit = async (inside: OpenedFolder, name: Buffer, path: Buffer): Promise<void> => {
    const stats = await statsOf(inside.at(name));
    if (stats?.isDirectory())
      await within(inside, name, async (inner, entry) => {
        await visit(inner, entry, Buffer.concat([path, SLASH, entry]));
        return false;
      });
    if (!stats?.isFile() || stats.nlink < 2 || stats.mtime <= since) return;
    found.files += 1;
    found.first ??= path.toString();
  };
  for (const path of paths)
    await around(folder, path, async (inside, name) => await visit(inside, name, bytesOf(path))).catch(
      () => undefined,
    );
  return found;
}

function at(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), bytesOf(path)]);
}

/** Returns false where something of it can't be read: none of it is copied then. */
async function copyOne(from: string, to: string, path: string, links = false): Promise<boolean> {
  const target = at(to, path);
  try {
    await copyPlain(from, bytesOf(path), target, links);
    return true;
  } catch (error) {
    await rm(target, { recursive: true, force: true });
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
async function canShare(from: string, path: string, to: string): Promise<boolean | null> {
  const file = await around(from, path, openFirst);
  if (file === null) return null;
  const probe = join(to, '.cc-executor-probe');
  try {
    const shares = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE;
    await copyFile(pathOfOpen(file, at(from, path)), probe, shares);
    await rm(probe, { force: true });
    return true;
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

/** Opens the first file that is not empty; null: there is none. */
async function openFirst(folder: OpenedFolder, name: Buffer): Promise<FileHandle | null> {
  let file = await openPlain(folder.at(name)).catch(() => null);
  if (file !== null && (await file.stat()).size > 0) return file;
  await file?.close();
  file = null;
  await within(folder, name, async (inner, entry) => (file = await openFirst(inner, entry)) !== null);
  return file;
}

/** Returns the size of everything in a folder, or at least a number beyond `most`. */
async function bytesIn(folder: OpenedFolder, name: Buffer, most: number): Promise<number> {
  const stats = await statsOf(folder.at(name));
  let bytes = stats?.size ?? 0;
  if (stats?.isDirectory())
    await within(folder, name, async (inner, entry) => {
      bytes += await bytesIn(inner, entry, most - bytes);
      return bytes > most;
    });
  return bytes;
}

/** Visits what is in a folder until a visit returns true; nothing where it is not a folder. */
async function within(
  folder: OpenedFolder,
  name: Buffer,
  visit: (inner: OpenedFolder, entry: Buffer) => Promise<boolean>,
): Promise<void> {
  const inner = await folder.enter(name).catch(() => null);
  if (inner === null) return;
  try {
    for await (const entry of inner.entries()) if (await visit(inner, entry.name)) return;
  } finally {
    await inner.close();
  }
}

/** Uses the folder around a path, entered without following a link, with the name of the path in it. */
async function around<Result>(
  root: string,
  path: string,
  use: (folder: OpenedFolder, name: Buffer) => Promise<Result>,
): Promise<Result> {
  const bytes = bytesOf(path);
  const folder = await openAround(root, bytes);
  try {
    return await use(folder, bytes.subarray(bytes.lastIndexOf('/') + 1));
  } finally {
    await folder.close();
  }
}

async function statsOf(path: string | Buffer) {
  return await lstat(path).catch(() => null);
}
