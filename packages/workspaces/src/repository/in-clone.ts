import { entriesOf, readPlain } from '@cc-executor/evidence/plain-files';
import { constants, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { NO_CONFIGURATION, runGit } from '../git/user-git.ts';
import type { OwnRepository } from './own-repository.ts';

/** How long git may take to say what is checked out, in milliseconds. */
const LOOK_MS = 30_000;
/** HEAD names a branch, or a commit, in bytes. */
const HEAD_BYTES = 4096;

/** Returns the commit that is checked out in the clone; null: its .git is gone, or no folder. */
export async function headOf(own: OwnRepository): Promise<string | null> {
  const { git: program, workspace } = own.places;
  const git = join(workspace, '.git');
  if (!isFolder(git) || !isFolder(join(git, 'objects'))) return null;
  const env = { ...NO_CONFIGURATION, GIT_DIR: git };
  const ask = ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'];
  const { code, stdout } = await runGit(program, ask, { env, timeoutMs: LOOK_MS, pipesIn: workspace });
  return code === 0 ? stdout.trim() : null;
}

/** Moves the clone to a commit of its branch, if that is checked out there. No program of it is run. */
export async function bringToClone(own: OwnRepository, commit: string): Promise<void> {
  const git = join(own.places.workspace, '.git');
  const objects = join(git, 'objects');
  // A link in the place of one of them would lead elsewhere.
  if (!isFolder(git) || !isFolder(objects)) return;
  const head = (await readPlain(join(git, 'HEAD'), HEAD_BYTES).catch(() => null))?.toString() ?? '';
  const { ref } = own;
  if (head.trim() !== `ref: ${ref}`) return;
  await copyObjects(join(own.path, 'objects'), objects);
  const folders = ref.split('/').slice(0, -1);
  for (let depth = 1; depth <= folders.length; depth += 1) {
    const folder = join(git, ...folders.slice(0, depth));
    if (!isThere(folder)) mkdirSync(folder);
    if (!isFolder(folder)) return;
  }
  replaceFile(join(git, ref), `${commit}\n`);
  const index = join(git, 'index.cc-executor');
  rmSync(index, { force: true, recursive: true });
  await copyFile(own.index, index, constants.COPYFILE_EXCL);
  await rename(index, join(git, 'index'));
}

/** Objects never change: what is there already stays. */
async function copyObjects(from: string, to: string): Promise<void> {
  for (const { name: folder } of await Array.fromAsync(entriesOf(from))) {
    if (folder === 'info' || !isFolder(join(to, folder))) {
      if (folder === 'info' || isThere(join(to, folder))) continue;
      await mkdir(join(to, folder));
    }
    for (const { name } of await Array.fromAsync(entriesOf(join(from, folder)))) {
      const [own, target] = [join(from, folder, name), join(to, folder, name)];
      if (isThere(target)) continue;
      rmSync(`${target}.cc-executor`, { force: true, recursive: true });
      await copyFile(own, `${target}.cc-executor`, constants.COPYFILE_EXCL);
      await rename(`${target}.cc-executor`, target);
    }
  }
}

function replaceFile(path: string, text: string): void {
  const draft = `${path}.cc-executor`;
  rmSync(draft, { force: true, recursive: true });
  writeFileSync(draft, text, { flag: 'wx', flush: true });
  renameSync(draft, path);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** No link to one. */
function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
