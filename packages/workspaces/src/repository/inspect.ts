import { isWithin } from '@cc-executor/evidence/plain-files';
import { lstat, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, posix, relative } from 'node:path';
import type { GitProgram } from '../git/git.ts';
import { ANY_OWNER, checkGit, runGit } from '../git/user-git.ts';
import { RepositoryError } from '../repository-error.ts';
import { isPattern } from './include.ts';

export interface AskedRepository {
  path: string;
  /** Default: what is checked out there. */
  ref: string | null;
  branch: string;
  /** How the branch is delivered. */
  deliver: 'branch' | 'push' | 'none';
  /** Names and patterns of files, relative to the root of the working tree. */
  include: readonly string[];
}

export interface AllowedRepositories {
  /** The folders below which any repository may be named. */
  folders: readonly string[];
  /** Whether one that this process's user owns may be named anywhere. */
  own: boolean;
  /** Folders that are ours: no repository in them is the user's. */
  apart: readonly string[];
}

export interface FoundRepository {
  /** The root of its working tree. */
  path: string;
  commit: string;
}

const BUSY = ['rebase-merge', 'rebase-apply'] as const;

/**
 * Looks at a repository on this machine, and returns where it is and the commit that a ref of it is. Changes nothing, and
 * runs nothing that it names. Rejects with a RepositoryError.
 */
export async function inspectRepository(
  git: GitProgram,
  { path, ref, branch, deliver, include }: AskedRepository,
  allowed: AllowedRepositories,
): Promise<FoundRepository> {
  const named = await realFolder(path, allowed);
  const ask = async (...args: string[]) => {
    const { code, stdout } = await runGit(git, [...ANY_OWNER, ...args], { cwd: named });
    return code === 0 ? stdout.trim() : null;
  };
  await checkGit(git);
  const isBare = await ask('rev-parse', '--is-bare-repository');
  if (isBare === null) throw new RepositoryError('path', 'is not in a git repository that git can read');
  if (isBare === 'true')
    throw new RepositoryError('path', 'is a bare repository; name one with a working tree');
  const top = await ask('rev-parse', '--show-toplevel');
  if (top === null) throw new RepositoryError('path', 'is inside the .git folder of a repository');
  await realFolder(top, allowed);
  const gitDirectory = (await ask('rev-parse', '--absolute-git-dir')) ?? join(top, '.git');
  if (ref === null && (await isThere(BUSY.map((name) => join(gitDirectory, name)))))
    throw new RepositoryError('path', 'is in the middle of a rebase; end it, or name a ref');
  const commit = await ask(
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref ?? 'HEAD'}^{commit}`,
  );
  if (commit === null)
    throw ref === null
      ? new RepositoryError('path', 'has no commit yet')
      : new RepositoryError('ref', 'is not a commit of the repository');
  await checkBranch(ask, branch);
  // Otherwise the person hears of it when all tasks have run.
  if (deliver === 'push' && !(await ask('config', '--get', 'remote.origin.url')))
    throw new RepositoryError(
      'deliver',
      'pushes to the remote "origin", and the repository has none; add it, or deliver the branch',
    );
  for (const name of include) await checkIncluded(top, name);
  return { path: top, commit };
}

/** A pattern may match nothing tonight; a name that is misspelt would leave the tasks without the file that they need. */
async function checkIncluded(top: string, name: string): Promise<void> {
  const plain = posix.normalize(name).replace(/\/$/, '');
  if (isPattern(plain)) return;
  const isWithinTop = await isWithin(top, Buffer.from(plain));
  const found = isWithinTop ? await lstat(join(top, plain)).catch(() => null) : null;
  if (found?.isFile()) return;
  const shown = JSON.stringify(name);
  throw new RepositoryError(
    'include',
    found?.isDirectory()
      ? `has the folder ${shown}; name its files, as ${JSON.stringify(`${plain}/**`)} does`
      : `has ${shown}, and no such file is in the repository's folder`,
  );
}

async function checkBranch(
  ask: (...args: string[]) => Promise<string | null>,
  branch: string,
): Promise<void> {
  if ((await ask('check-ref-format', `refs/heads/${branch}`)) === null || branch.startsWith('-'))
    throw new RepositoryError('branch', 'is not a name that git takes for a branch');
  const format = ['--count=1', '--format=%(refname:lstrip=2)'];
  const below = await ask('for-each-ref', ...format, `refs/heads/${branch}`);
  if (below === branch || (await isBranch(ask, branch)))
    throw new RepositoryError('branch', 'is there already, and is not overwritten; name another one');
  const parts = branch.split('/');
  const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
  for (const name of above) if (await isBranch(ask, name)) throw inTheWay(name);
  if (below) throw inTheWay(below);
}

async function isBranch(ask: (...args: string[]) => Promise<string | null>, name: string): Promise<boolean> {
  return (await ask('rev-parse', '--verify', '--quiet', `refs/heads/${name}`)) !== null;
}

function inTheWay(name: string): RepositoryError {
  return new RepositoryError(
    'branch',
    `cannot be beside the branch ${JSON.stringify(name)}; name another one`,
  );
}

/** Nothing is said of what is not allowed, not even whether it is there. */
async function realFolder(path: string, { folders, own, apart }: AllowedRepositories): Promise<string> {
  if (!isAbsolute(path)) throw new RepositoryError('path', 'must be an absolute path');
  const real = await realpath(path).catch(() => null);
  const roots = await Promise.all(folders.map(async (folder) => await realpath(folder).catch(() => folder)));
  const isListed = real !== null && roots.some((root) => isIn(root, real));
  const there = real === null ? null : await stat(real).catch(() => null);
  const isOwn = own && (there === null || there.uid === process.getuid?.());
  if (!isListed && !isOwn)
    throw new RepositoryError(
      'path',
      own
        ? 'belongs to another user; add its folder to CC_EXECUTOR_REPOSITORIES to allow it'
        : 'is not allowed; add its folder to CC_EXECUTOR_REPOSITORIES to allow it',
    );
  if (real === null || there?.isDirectory() !== true) throw new RepositoryError('path', 'is not a folder');
  for (const folder of apart) {
    const root = await realpath(folder).catch(() => folder);
    if (isIn(root, real))
      throw new RepositoryError(
        'path',
        'is in the folders of this installation; it would change its own data',
      );
  }
  return real;
}

function isIn(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

async function isThere(paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(paths.map(async (path) => await lstat(path).catch(() => null)));
  return found.some((stats) => stats !== null);
}
