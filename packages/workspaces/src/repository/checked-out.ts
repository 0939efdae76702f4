import { inside, readPlainSync } from '@cc-executor/evidence/plain-files';
import { lstatSync } from 'node:fs';
import { posix } from 'node:path';
import { WorkspaceFolder } from '../folder/workspace-folder.ts';
import { pathOfBytes } from '../names.ts';

// Git follows whatever the files of a repository name: a link, another folder for refs, one for objects. A task writes those
// files, and git outside of its container would find what is out of its reach. So they are read here, and git is not asked.

/** A file that names a commit, a ref or a folder, in bytes. */
const NAME_BYTES = 8192;
/** All refs of a large repository, in bytes. */
const PACKED_BYTES = 64 * 1024 * 1024;
/** How many refs may lead from HEAD to a commit. Source: git's own limit. */
const MOST_REFS = 5;
const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** The beginning of a ref that names another one. */
const SYMBOLIC = 'ref:';
/** The file by which a folder of objects names others. */
const OTHERS = 'alternates';

/**
 * Returns the commit that is checked out in a repository of a workspace, as its files name it. Null: it has none, or they lead
 * out of the workspace or through a link. `folder`: its working tree in the workspace, by its bytes, one character each; '':
 * the workspace.
 */
export function checkedOut(workspace: string, folder: string): string | null {
  try {
    const entered = new WorkspaceFolder(workspace);
    try {
      return new Pointers(entered).commitOf(folder);
    } finally {
      entered.close();
    }
  } catch {
    // It is not there, may not be read, or is larger than such a file is.
    return null;
  }
}

/** Returns whether all objects of a workspace's repository are in its own folder: no link is in it, and it names no other one. */
export async function hasOwnObjects(workspace: string): Promise<boolean> {
  let entered;
  try {
    entered = new WorkspaceFolder(workspace);
    // The folder stays open while it is read.
    return await areOwn(entered.at('.git/objects/info'), entered);
  } catch {
    return false;
  } finally {
    entered?.close();
  }
}

async function areOwn(info: Buffer, entered: WorkspaceFolder): Promise<boolean> {
  const stats = lstatSync(info, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isDirectory()) return false;
  const objects = info.subarray(0, info.lastIndexOf('/'));
  const folders: string[] = [];
  for await (const { name, isFolder, isFile } of inside(objects)) {
    if (isFolder) folders.push(name.toString('latin1'));
    else if (!isFile) return false;
  }
  for (const folder of folders) {
    const path = `.git/objects/${pathOfBytes(Buffer.from(folder, 'latin1'))}/x`;
    const at = entered.at(path);
    for await (const { name, isFolder, isFile } of inside(at.subarray(0, at.lastIndexOf('/'))))
      if (!(isFile || isFolder) || (folder === 'info' && name.toString() === OTHERS)) return false;
  }
  return true;
}

/** Follows the files of repositories in a workspace. Each method throws where one is not there. */
class Pointers {
  readonly #workspace: WorkspaceFolder;

  constructor(workspace: WorkspaceFolder) {
    this.#workspace = workspace;
  }

  commitOf(folder: string): string | null {
    const git = this.#repository(folder === '' ? '.git' : `${folder}/.git`);
    if (git === null) return null;
    const named = this.#text(`${git}/commondir`, NAME_BYTES);
    const common = named === null ? git : within(git, named);
    if (common === null) return null;
    let text = this.#text(`${git}/HEAD`, NAME_BYTES);
    for (let depth = 0; text !== null && depth <= MOST_REFS; depth += 1) {
      if (ID.test(text)) return text;
      const ref = text.startsWith(SYMBOLIC) ? text.slice(SYMBOLIC.length).trim() : '';
      if (!isRef(ref)) return null;
      text = this.#text(`${common}/${ref}`, NAME_BYTES) ?? this.#packed(common, ref);
    }
    return null;
  }

  /** Returns the folder of a repository; null: it is elsewhere, or something else is there. */
  #repository(path: string): string | null {
    const stats = lstatSync(this.#at(path), { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) return path;
    const named = /^gitdir: (.+)$/.exec(this.#text(path, NAME_BYTES) ?? '')?.[1];
    return named === undefined ? null : within(posix.dirname(path), named);
  }

  #packed(git: string, ref: string): string | null {
    const lines = this.#text(`${git}/packed-refs`, PACKED_BYTES)?.split('\n') ?? [];
    return lines.find((line) => line.endsWith(` ${ref}`))?.split(' ', 1)[0] ?? null;
  }

  /** The text of a file, its bytes one character each; null: there is none. */
  #text(path: string, most: number): string | null {
    let at;
    try {
      at = this.#at(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    return readPlainSync(at, most)?.toString('latin1').trim() ?? null;
  }

  #at(path: string): Buffer {
    return this.#workspace.at(pathOfBytes(Buffer.from(path, 'latin1')));
  }
}

/** Returns where a path leads from a folder; null: out of the workspace. */
function within(folder: string, path: string): string | null {
  if (posix.isAbsolute(path)) return null;
  const joined = posix.join(folder, path).replace(/\/$/, '');
  return joined === '.' || joined === '..' || joined.startsWith('../') ? null : joined;
}

function isRef(name: string): boolean {
  return (
    name.startsWith('refs/') && !name.split('/').some((part) => part === '' || part === '.' || part === '..')
  );
}
