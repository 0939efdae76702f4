import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { GitProgram } from '../git/git.ts';
import { NO_CONFIGURATION, runGit, type GitAnswer } from '../git/user-git.ts';
import { RepositoryError } from '../repository-error.ts';

/** The repository of ours beside a clone. */
export const OWN_REPOSITORY = 'repository.git';
/** The commit that the work began with. */
export const BASE = 'refs/cc-executor/base';
/** Below it, by the number of each task that has completed: the last commit of the branch then. */
export const TASKS = 'refs/cc-executor/tasks';

/** All refs of a list of tasks take less, in characters. */
const REFS = 1024 * 1024;

/** The clone of the execution that another one reruns. */
export interface EarlierClone {
  /** The folder of the data about it. */
  folder: string;
  /** The tasks whose commits are taken over, by number. */
  tasks: readonly number[];
  /** True: the work continues in that clone; it is not made again. */
  keeps: boolean;
}

/** The commits of a branch that some tasks have made. */
export interface TakenCommits {
  /** The repository that has them. */
  repository: string;
  base: string;
  /** The last one, and the ref that is it. */
  commit: string;
  ref: string;
  tasks: ReadonlyMap<number, string>;
}

/** Returns the commits of some tasks of an execution; null: it has never had a clone, and so none. */
export async function commitsOf(
  git: GitProgram,
  { folder, tasks: wanted }: Pick<EarlierClone, 'folder' | 'tasks'>,
): Promise<TakenCommits | null> {
  const repository = join(folder, OWN_REPOSITORY);
  if (lstatSync(repository, { throwIfNoEntry: false })?.isDirectory() !== true) {
    if (wanted.length === 0) return null;
    throw new RepositoryError(
      '',
      'What was kept of the clone of the execution that it reruns is gone: submit the list again.',
    );
  }
  const env = { ...NO_CONFIGURATION, GIT_DIR: repository };
  const format = '--format=%(objectname) %(refname)';
  const { code, stdout, stderr } = await runGit(git, ['for-each-ref', format, BASE, TASKS], {
    env,
    most: REFS,
  });
  if (code !== 0) throw new RepositoryError('', `git for-each-ref failed: ${stderr}`);
  const refs = new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ', 2).toReversed() as [string, string]),
  );
  const base = refs.get(BASE);
  if (base === undefined) throw new RepositoryError('', 'The commit that the work began with is not known.');
  const tasks = new Map<number, string>();
  for (const [ref, commit] of refs) {
    const task = Number(ref.slice(TASKS.length + 1));
    if (ref.startsWith(`${TASKS}/`) && wanted.includes(task)) tasks.set(task, commit);
  }
  const last = await lastOf(git, env, tasks);
  const ref = last === null ? BASE : `${TASKS}/${String(last)}`;
  return { repository, base, commit: (last === null ? undefined : tasks.get(last)) ?? base, ref, tasks };
}

/** Returns the task whose commit has those of all others; null: there is none. Tasks are joined in any order. */
async function lastOf(
  git: GitProgram,
  env: Readonly<Record<string, string>>,
  tasks: ReadonlyMap<number, string>,
): Promise<number | null> {
  const commits = [...new Set(tasks.values())];
  if (commits.length === 0) return null;
  const { code, stdout, stderr } = await runGit(git, ['merge-base', '--independent', ...commits], { env });
  if (code !== 0) throw new RepositoryError('', `git merge-base failed: ${stderr}`);
  const last = new Set(stdout.trim().split('\n'));
  return Math.max(...[...tasks].flatMap(([task, commit]) => (last.has(commit) ? [task] : [])));
}

/** Gets the last of some commits into a clone. Rejects with a RepositoryError. */
export async function fetchCommit(
  { repository, commit, ref }: TakenCommits,
  inClone: (...args: string[]) => Promise<GitAnswer>,
): Promise<void> {
  // What was delivered is there already.
  if ((await inClone('rev-parse', '--verify', '--quiet', `${commit}^{tree}`)).code === 0) return;
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
  const { code, stderr } = await inClone('fetch', ...options, '--', repository, ref);
  if (code !== 0)
    throw new RepositoryError(
      '',
      `The commits of the execution that it reruns can't be read from its clone: ${stderr}`,
    );
}
