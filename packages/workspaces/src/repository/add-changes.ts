import { readPlainSync } from '@cc-executor/evidence/plain-files';
import { writeFileSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { counted } from '@cc-executor/contracts/english';
import { RepositoryError } from '../repository-error.ts';
import { checkedOut } from './checked-out.ts';
import type { OwnRepository } from './own-repository.ts';

/** The longest list of what has changed, or of what an index has, in characters. */
const LONGEST = 256 * 1024 * 1024;
/** The maximum number of changed paths that are passed one by one: git compares each with its whole index. */
const MOST_NAMED = 500;
/** The number of files that are named in a warning. */
const MOST_WARNED = 5;

/** The result of adding the changes of a workspace to the index. */
export interface AddedChanges {
  /** False: the workspace is as the branch has it, but for what was left out. */
  hasAny: boolean;
  /** Why not everything could be added, as git says it; null: it was. */
  failure: string | null;
  /** The files that were left out as too large, but for those that were named before and have not changed since. */
  tooLarge: string[];
}

interface Change {
  /** Its bytes, one character each. */
  path: string;
  isRepository: boolean;
}

/**
 * Adds all changes of the workspace to the index, but for files that are too large. A repository in it counts with its commit
 * alone: git would look for changes in it with a second git, which obeys its filters. That commit is not git's to read either:
 * a task can make any file of this machine look like the name of one.
 */
export async function addChanges(own: OwnRepository): Promise<AddedChanges> {
  const { hasAny, changes } = await changesIn(own);
  const tooLarge = new Map<string, string>();
  const left: Change[] = [];
  for (const change of changes) {
    const size = await sizeBeyond(own, change);
    if (size === null) left.push(change);
    else tooLarge.set(change.path, size);
  }
  const added = { hasAny, failure: null, tooLarge: newOnes(own, tooLarge).map(shown) };
  if (left.length === 0) return added;
  const repositories = left.filter(({ isRepository }) => isRepository).map(({ path }) => path);
  const files = left.filter(({ isRepository }) => !isRepository).map(({ path }) => path);
  const named =
    files.length <= MOST_NAMED
      ? files.map((path) => `:(literal)${path}`)
      : await all(own, { files, without: [...repositories, ...tooLarge.keys()] });
  const answers = [];
  if (named.length > 0)
    answers.push(await input(own, ['add', '--all', '--ignore-errors', ...FROM_INPUT], named));
  const commits = repositories.map((path) => [path, checkedOut(own.places.workspace, path)] as const);
  const lines = commits.flatMap(([path, id]) => (id === null ? [] : [`160000 ${id}\t${path}`]));
  if (lines.length > 0) answers.push(await input(own, ['update-index', '-z', '--index-info'], lines));
  const failed = answers.find(({ code }) => code !== 0);
  const [unread] = commits.filter(([, id]) => id === null).map(([path]) => shown(path));
  const why =
    unread === undefined ? null : `the repository in ${unread} has no commit, or leads out of the workspace`;
  return { ...added, failure: failed ? (failed.stderr.split('\n', 1)[0] ?? '') : why };
}

/** Returns what is to be reported of adding the changes, for people. */
export function warningsOf({ failure, tooLarge }: AddedChanges): string[] {
  const warnings = failure === null ? [] : [`not every file could be committed: ${failure}`];
  if (tooLarge.length === 0) return warnings;
  const named = tooLarge.slice(0, MOST_WARNED).join(', ') + (tooLarge.length > MOST_WARNED ? ', …' : '');
  const what = counted(tooLarge.length, 'file is larger', 'files are larger');
  return [
    ...warnings,
    `${what} than CC_EXECUTOR_SNAPSHOT_FILE_BYTES allows, and not on the branch: ${named}; it is in the workspace as it was left`,
  ];
}

const FROM_INPUT = ['--pathspec-from-file=-', '--pathspec-file-nul'] as const;

/**
 * Returns the differences from the index: one scan of all files that git does not ignore. `hasAny`: also whether the index differs
 * from the branch. No repository in the workspace is looked into, only at its commit.
 */
async function changesIn(own: OwnRepository): Promise<{ hasAny: boolean; changes: Change[] }> {
  const options = ['--porcelain=v2', '-z', '--no-renames', '--untracked-files=all'];
  const lines = await list(own, ['status', ...options, '--ignore-submodules=dirty']);
  const changes = lines.flatMap((line) => {
    // Only a repository is listed as a folder.
    if (line.startsWith('? '))
      return [{ path: line.slice(2).replace(/\/$/, ''), isRepository: line.endsWith('/') }];
    // `1 <both states> <submodule> <three modes> <two ids> <path>`; the last mode is that of the file.
    const [, states = '', , , , mode = '', , , ...names] = line.split(' ');
    return states[1] === '.' ? [] : [{ path: names.join(' '), isRepository: mode === '160000' }];
  });
  return { hasAny: lines.length > 0, changes };
}

/** Everything but some paths, and the repositories that the index has and the files do not replace. */
async function all(
  own: OwnRepository,
  { files, without }: { files: readonly string[]; without: readonly string[] },
): Promise<string[]> {
  const changed = new Set(files);
  const inner = (await list(own, ['ls-files', '--stage', '-z']))
    .filter((line) => line.startsWith('160000'))
    .map((line) => line.slice(line.indexOf('\t') + 1))
    .filter((path) => !changed.has(path));
  return ['.', ...new Set([...inner, ...without])].map((path) =>
    path === '.' ? path : `:(exclude,literal)${path}`,
  );
}

async function list(own: OwnRepository, args: readonly string[]): Promise<string[]> {
  const printed = await own.ask(args, { most: LONGEST, encoding: 'latin1' });
  if (printed.length >= LONGEST - 1) throw new RepositoryError('', 'There are too many files to commit.');
  return printed.split('\0').filter((line) => line !== '');
}

async function input(own: OwnRepository, args: readonly string[], names: readonly string[]) {
  return await own.run(args, { input: names.join('\0'), encoding: 'latin1' });
}

/** Returns the size and time of a file that is too large; null: it is not. */
async function sizeBeyond({ places }: OwnRepository, { path, isRepository }: Change): Promise<string | null> {
  if (isRepository) return null;
  const folder = Buffer.from(join(places.workspace, '/'));
  const stats = await lstat(Buffer.concat([folder, Buffer.from(path, 'latin1')])).catch(() => null);
  if (stats?.isFile() !== true || stats.size <= places.fileBytes) return null;
  return [stats.size, stats.mtimeMs].join(' ');
}

/** Each is named once, not after each task. */
function newOnes({ path: folder }: OwnRepository, tooLarge: ReadonlyMap<string, string>): string[] {
  const file = join(folder, 'too-large');
  const text = readPlainSync(file, LONGEST)?.toString();
  const before = new Map(text === undefined ? [] : (JSON.parse(text) as [string, string][]));
  if (tooLarge.size > 0 || before.size > 0) writeFileSync(file, JSON.stringify([...tooLarge]));
  return [...tooLarge].flatMap(([path, size]) => (before.get(path) === size ? [] : [path]));
}

function shown(path: string): string {
  return Buffer.from(path, 'latin1').toString();
}
