import { writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FROM_FOLDERS, NO_CONFIGURATION, runGit } from '../git/user-git.ts';
import { addChanges } from './add-changes.ts';
import { type Committed, commitWork, type CommitRequest } from './commit-work.ts';
import { bringToClone } from './in-clone.ts';
import { OwnRepository, taskRef } from './own-repository.ts';
import { RepositoryError } from '../repository-error.ts';

/** Below it, by the number of each task: the last commit of its copy. */
const WORKS = 'refs/cc-executor/works';
/** The commit of the clone before any task ran in it. */
const ROOT = 'refs/cc-executor/root';
/** Git would ask repositories whose objects are used for their refs: their configuration is not ours. */
const NO_OTHER_REFS = ['-c', 'core.alternateRefsCommand=true'];
const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];

/** A copy of the clone, in which one task works. */
export interface CopiedClone {
  /** The number of the task. */
  task: number;
  /** Its files are there already, and its .git is that of the clone before any task. */
  folder: string;
}

/** Keeps the commit of the clone as it is before any task. Does nothing where it is kept. */
export async function keepRootCommit(main: OwnRepository): Promise<void> {
  const [root, tip] = await main.look(ROOT, main.ref);
  if (!root && tip) await main.set([ROOT, tip]);
}

/** Returns whether a task has commits, or a place on the branch. */
export async function hasCommits(main: OwnRepository, task: number): Promise<boolean> {
  return (await refOf(main, task)) !== null;
}

/**
 * Lets a copy of the clone begin with the last commits of some tasks; with several, by a merge of them. Its files count as
 * what that has. `tasks`: their numbers; none: the copy begins with the commit of the clone before any task.
 */
export async function beginCopy(
  main: OwnRepository,
  { task, folder }: CopiedClone,
  tasks: readonly number[],
): Promise<void> {
  const refs = [...new Set(await Promise.all(tasks.map(async (one) => await refOf(main, one))))];
  const heads = await headsOf(
    main,
    refs.filter((ref) => ref !== null),
  );
  const own = ownOf(main, { task, folder });
  await rm(own.places.folder, { recursive: true, force: true });
  await mkdir(own.places.folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(own.places.folder, 'gitconfig'), '');
  await own.make(main.excludes);
  const root = await main.ask(['rev-parse', '--verify', ROOT]);
  await own.set([ROOT, root]);
  await fetch(
    own,
    main.path,
    heads.map(([ref]) => `+${ref}:${ref}`),
  );
  const [first = root, ...others] = heads.map(([, commit]) => commit);
  await own.ask(['read-tree', first]);
  let commit = first;
  if (others.length > 0) {
    await addChanges(own);
    const tree = await own.ask(['write-tree']);
    const parents = [first, ...others].flatMap((one) => ['-p', one]);
    const input = `Merge what task ${String(task)} needs\n`;
    commit = await own.ask(['commit-tree', tree, ...parents], { input });
  }
  await own.set([own.ref, commit]);
  await bringToClone(own, commit);
}

/** Commits what a task has left in its copy, and keeps its commits in the repository of the clone. */
export async function commitCopy(
  main: OwnRepository,
  copy: CopiedClone,
  request: Omit<CommitRequest, 'task'>,
): Promise<Committed | null> {
  const own = ownOf(main, copy);
  const committed = await commitWork(own, { ...request, task: null });
  await fetch(main, own.path, [`+${own.ref}:${worksOf(copy.task)}`]);
  return committed;
}

/** Removes what is kept of a copy, but not its commits. */
export async function leaveCopy(main: OwnRepository, task: number): Promise<void> {
  await rm(folderOf(main, task), { recursive: true, force: true });
}

/**
 * Brings the branch of the clone, whose files have the work of a task already, to the commits of its copy: by a merge
 * commit where the branch has others meanwhile. Null: it has them.
 */
export async function joinCommits(
  main: OwnRepository,
  { task, subject, trailers }: CommitRequest & { task: number },
): Promise<Committed | null> {
  const [previous, work] = await main.look(main.ref, worksOf(task));
  if (!previous) throw new RepositoryError('', 'The last commit of the branch is gone.');
  const isNew = work && !(await main.isAncestor(work, previous));
  let commit = previous;
  if (isNew && (await main.isAncestor(previous, work))) {
    commit = work;
    await main.setIndex(commit);
  } else if (isNew) {
    const { failure } = await addChanges(main);
    if (failure !== null) throw new RepositoryError('', `Not every file could be committed: ${failure}`);
    const tree = await main.ask(['write-tree']);
    const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}`);
    const input = `Merge task ${String(task)}: ${subject}\n\n${lines.join('\n')}\n`;
    commit = await main.ask(['commit-tree', tree, '-p', previous, '-p', work], { input });
  }
  const moves = commit === previous ? [] : [[main.ref, commit, previous] as const];
  await main.set(...moves, [taskRef(task), commit]);
  if (commit !== previous) await bringToClone(main, commit);
  if (commit === previous) return null;
  return { commit, previous, by: commit === work ? 'agent' : 'cc-executor', warnings: [] };
}

/** Those of some refs that no other one has among its commits, each commit once. */
async function headsOf(main: OwnRepository, refs: readonly string[]): Promise<[string, string][]> {
  if (refs.length === 0) return [];
  const byCommit = new Map<string, string>();
  for (const [index, commit] of (await main.look(...refs)).entries()) {
    const ref = refs[index] ?? '';
    if (!commit) throw new RepositoryError('', `The commit of ${ref} is gone.`);
    byCommit.set(commit, ref);
  }
  if (byCommit.size < 2) return [...byCommit].map(([commit, ref]) => [ref, commit]);
  const independent = new Set(
    (await main.ask(['merge-base', '--independent', ...byCommit.keys()])).split('\n'),
  );
  return [...byCommit].flatMap(([commit, ref]) => (independent.has(commit) ? [[ref, commit]] : []));
}

async function fetch(own: OwnRepository, from: string, refs: readonly string[]): Promise<void> {
  if (refs.length === 0) return;
  const { git } = own.places;
  const env = { ...NO_CONFIGURATION, ...FROM_FOLDERS, GIT_DIR: own.path };
  const call = { env, pipesIn: own.places.workspace };
  const { code, stderr } = await runGit(git, [...NO_OTHER_REFS, ...FETCH, '--', from, ...refs], call);
  if (code !== 0) throw new RepositoryError('', `The commits of a copy could not be read: ${stderr}`);
}

/** A repository of ours beside the copy. */
function ownOf(main: OwnRepository, { task, folder }: CopiedClone): OwnRepository {
  return new OwnRepository({ ...main.places, folder: folderOf(main, task), workspace: folder });
}

function folderOf(main: OwnRepository, task: number): string {
  return join(main.places.folder, 'copies', String(task));
}

function worksOf(task: number): string {
  return `${WORKS}/${String(task)}`;
}

/** Of a task in a copy, that of the copy; of another one, that of the branch. */
async function refOf(main: OwnRepository, task: number): Promise<string | null> {
  const refs = [worksOf(task), taskRef(task)];
  const commits = await main.look(...refs);
  return refs.find((_, index) => commits[index]) ?? null;
}
