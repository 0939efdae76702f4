import { entriesOf, readPlainSync } from '@cc-executor/evidence/plain-files';
import { constants, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkspaceFolder } from '../folder/workspace-folder.ts';
import type { OwnRepository } from './own-repository.ts';

/** HEAD names a branch, or a commit, in bytes. */
const HEAD_BYTES = 4096;
/** Error codes of what opens a folder that is missing, or has something else in its place. */
const NO_FOLDER: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);
/** The name of a file of the clone while it is written. */
const DRAFT = '.git/cc-executor.draft';

/**
 * Moves the clone to a commit of its branch, if that is checked out there. No program of it is run, and nothing is reached
 * through a link, whatever a task puts there at this moment: then the clone stays at its commit.
 */
export async function bringToClone(own: OwnRepository, commit: string): Promise<void> {
  if (!isFolder(own.places.workspace)) return;
  const clone = new WorkspaceFolder(own.places.workspace);
  try {
    const head = readPlainSync(clone.at('.git/HEAD'), HEAD_BYTES)?.toString().trim();
    if (head !== `ref: ${own.ref}`) return;
    await copyObjects(join(own.path, 'objects'), clone);
    // Paths in a workspace are strings of bytes.
    const names = Buffer.from(own.ref).toString('latin1').split('/');
    for (let depth = 1; depth < names.length; depth += 1)
      makeFolder(clone, `.git/${names.slice(0, depth).join('/')}`);
    await put(clone, `.git/${names.join('/')}`, (draft) =>
      writeFileSync(draft, `${commit}\n`, { flag: 'wx', flush: true }),
    );
    await put(clone, '.git/index', async (draft) => copyFile(own.index, draft, constants.COPYFILE_EXCL));
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== 'open' || !NO_FOLDER.has(code)) throw error;
  } finally {
    clone.close();
  }
}

/** Objects never change: what is there already stays. */
async function copyObjects(from: string, clone: WorkspaceFolder): Promise<void> {
  clone.at('.git/objects/info');
  for (const { name: folder } of await Array.fromAsync(entriesOf(from))) {
    if (folder === 'info') continue;
    const to = `.git/objects/${folder}`;
    makeFolder(clone, to);
    for (const { name } of await Array.fromAsync(entriesOf(join(from, folder)))) {
      if (lstatSync(clone.at(`${to}/${name}`), { throwIfNoEntry: false }) !== undefined) continue;
      const own = join(from, folder, name);
      await put(clone, `${to}/${name}`, async (draft) => copyFile(own, draft, constants.COPYFILE_EXCL));
    }
  }
}

/** Makes a folder where nothing is. What else is there is found when it is entered. */
function makeFolder(clone: WorkspaceFolder, path: string): void {
  try {
    mkdirSync(clone.at(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Puts a file at a path of the clone: all of it, or nothing. */
async function put(
  clone: WorkspaceFolder,
  path: string,
  write: (draft: Buffer) => void | Promise<void>,
): Promise<void> {
  const draft = clone.at(DRAFT);
  rmSync(draft, { force: true, recursive: true });
  await write(draft);
  // The folder of the draft is one of those around it, and stays open.
  renameSync(draft, clone.at(path));
}

/** No link to one. */
function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
