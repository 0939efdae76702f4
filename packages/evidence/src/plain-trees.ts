import { constants, type Stats } from 'node:fs';
import { chmod, copyFile, lchown, link, lstat, mkdir, readlink, symlink, utimes } from 'node:fs/promises';
import { openAround, OpenedFolder, pathOfOpen } from './opened-folder.ts';
import { openPlain } from './plain-files.ts';

const NOT_LINKED: ReadonlySet<string> = new Set([
  'EXDEV',
  'EPERM',
  'EMLINK',
  'ENOSYS',
  'EOPNOTSUPP',
  'ENOTSUP',
]);
/** Error codes of what was there a moment ago, and was removed or replaced by something else. */
const REPLACED: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL']);
const SLASH = Buffer.from('/');
/** How often something is copied that is replaced meanwhile. */
const TRIES = 3;
/** How many files change their owner at a time. */
const AT_A_TIME = 32;

/**
 * Copies what is at a path in a folder, a file, a link or a folder with all in it, by bytes, to where nothing is. Links stay
 * as they are: none is followed below `folder`, also where a task puts one there at this moment. File systems that can share the
 * content of files do. Sockets, pipes, devices and what was removed meanwhile are left out. Rejects where something can't be
 * read or written; what was copied until then stays.
 */
export async function copyPlain(
  folder: string | Buffer,
  path: string | Buffer,
  to: string | Buffer,
  /** True: a file is a hard link to the other one, where the file system allows that. */
  links = false,
): Promise<void> {
  const bytes = Buffer.from(path);
  const around = await openAround(folder, bytes);
  try {
    const name = bytes.subarray(bytes.lastIndexOf('/') + 1);
    if (!(await copyEntry(around, name, Buffer.from(to), links)))
      throw Object.assign(new Error(`There is nothing at ${bytes.toString()} to copy.`), { code: 'ENOENT' });
  } finally {
    await around.close();
  }
}

/** Returns false where there is nothing. */
async function copyEntry(folder: OpenedFolder, name: Buffer, to: Buffer, links: boolean): Promise<boolean> {
  const from = folder.at(name);
  for (let left = TRIES; left > 0; left -= 1) {
    const stats = await lstat(from).catch(nullWhereReplaced);
    if (stats === null) return false;
    if (await copyOnce(folder, { name, from, stats }, to, links)) return true;
  }
  throw new Error(`${name.toString()} is replaced each time that it is copied.`);
}

/** Returns false where something else is in its place by now; nothing was copied then. */
async function copyOnce(
  folder: OpenedFolder,
  { name, from, stats }: { name: Buffer; from: Buffer; stats: Stats },
  to: Buffer,
  links: boolean,
): Promise<boolean> {
  if (stats.isSymbolicLink()) {
    const target = await readlink(from, 'buffer').catch(nullWhereReplaced);
    if (target === null) return false;
    await symlink(target, to);
  } else if (stats.isFile()) return (links && (await linked(from, to))) || (await copyContent(from, to));
  else if (stats.isDirectory()) {
    const inner = await folder.enter(name).catch(nullWhereReplaced);
    if (inner === null) return false;
    try {
      await mkdir(to, { mode: 0o700 });
      for await (const entry of inner.entries())
        await copyEntry(inner, entry.name, Buffer.concat([to, SLASH, entry.name]), links);
      await chmod(to, (await inner.stats()).mode);
    } finally {
      await inner.close();
    }
  }
  return true;
}

async function copyContent(from: Buffer, to: Buffer): Promise<boolean> {
  const file = await openPlain(from);
  if (file === null) return false;
  try {
    const { atime, mtime } = await file.stat();
    await copyFile(pathOfOpen(file, from), to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await utimes(to, atime, mtime);
    return true;
  } finally {
    await file.close();
  }
}

/** Another file system, a limit of links, and a file of another user allow no link. */
async function linked(from: Buffer, to: Buffer): Promise<boolean> {
  return await link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (NOT_LINKED.has(error.code ?? '') || REPLACED.has(error.code ?? '')) return false;
      throw error;
    },
  );
}

/**
 * Changes the owner of root's files in a folder to another user, the folder itself last. Neither it nor anything in it is
 * reached through a link, whatever a task puts there at this moment. Nothing at the path is no error.
 */
export async function giveFolder(path: string, user: { uid: number; gid: number }): Promise<void> {
  const folder = await OpenedFolder.open(path).catch(nullWhereReplaced);
  if (folder === null) return;
  try {
    if (await folder.isAt(path)) await giveAll(folder, user);
  } finally {
    await folder.close();
  }
}

async function giveAll(folder: OpenedFolder, user: { uid: number; gid: number }): Promise<void> {
  const paths: Buffer[] = [];
  const give = async () => await Promise.all(paths.splice(0).map(async (at) => await giveEntry(at, user)));
  for await (const { at, name, isFolder } of folder.entries()) {
    if (!isFolder && paths.push(at) >= AT_A_TIME) await give();
    const inner = isFolder ? await folder.enter(name).catch(nullWhereReplaced) : null;
    if (inner === null) continue;
    try {
      await giveAll(inner, user);
    } finally {
      await inner.close();
    }
  }
  await give();
  if ((await folder.stats()).uid === 0) await folder.changeOwner(user);
}

/** By its name in an open folder: a container can only put there what it has in its own mount. */
async function giveEntry(at: Buffer, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const stats = await lstat(at).catch(nullWhereReplaced);
  if (stats?.uid === 0) await lchown(at, uid, gid).catch(nullWhereReplaced);
}

function nullWhereReplaced(error: NodeJS.ErrnoException): null {
  if (REPLACED.has(error.code ?? '')) return null;
  throw error;
}
