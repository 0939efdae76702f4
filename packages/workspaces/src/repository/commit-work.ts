import type { GitAnswer } from '../git/user-git.ts';
import { TASKS } from './earlier-clone.ts';
import { bringToClone, headOf } from './in-clone.ts';
import type { OwnRepository } from './own-repository.ts';
import { filesOutsideLfs } from './lfs-files.ts';
import { RepositoryError } from './repository-error.ts';

/** The longest list of what an index has, in characters. */
const LARGEST_INDEX = 256 * 1024 * 1024;
/** So many files are named in a warning. */
const MOST_NAMED = 5;

export interface CommitRequest {
  /** The number of the task, from 1; null: it is the work of none. */
  task: number | null;
  /** The first line of the message. */
  subject: string;
  trailers: Readonly<Record<string, string>>;
}

export interface Committed {
  commit: string;
  previous: string;
  by: 'cc-executor' | 'agent';
  /** What should be known of it, for people. */
  warnings: string[];
}

/**
 * Commits what is in the workspace on the branch, on top of what the agent committed itself. Null: nothing has changed.
 * Rejects with a RepositoryError; nothing is lost then, and the next one tries again.
 */
export async function commitWork(own: OwnRepository, request: CommitRequest): Promise<Committed | null> {
  const committed = await commitAll(own, request);
  // The work of this task is on the branch up to here, also where it left nothing.
  if (request.task !== null)
    await own.ask(['update-ref', `${TASKS}/${String(request.task)}`, await own.tip()]);
  return committed;
}

async function commitAll(
  own: OwnRepository,
  { subject, trailers }: CommitRequest,
): Promise<Committed | null> {
  const warnings: string[] = [];
  const previous = await own.tip();
  const head = await headOf(own);
  if (head === null && (await own.run(['cat-file', '-e', `${previous}^{tree}`])).code !== 0)
    throw new RepositoryError(
      '',
      'Nothing can be committed: its .git was removed or damaged. What it changed is in the workspace and in its snapshots.',
    );
  if (head === null) warnings.push('its .git is gone or damaged: commits of its own are not on the branch');
  const isOnTop = head !== null && (await own.isAncestor(previous, head));
  // An earlier commit was cut off before the clone had it; or the agent went back, which is a change as others are.
  const isBehind = head !== null && !isOnTop && (await own.isAncestor(head, previous));
  if (head !== null && !isOnTop && !isBehind)
    warnings.push(
      `it has left the branch ${own.places.of.branch}: what it changed is on it as one commit, and its own commits are only in its clone`,
    );
  const parent = isOnTop ? head : previous;
  if (parent !== previous) await own.run(['read-tree', '-m', parent]);
  const added = await addAll(own);
  if (added.code !== 0) warnings.push(`not every file could be committed: ${firstLine(added.stderr)}`);
  const tree = await own.ask(['write-tree']);
  let commit = parent;
  if (tree !== (await own.ask(['rev-parse', `${parent}^{tree}`]))) {
    const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}`);
    const input = `${firstLine(subject)}\n\n${lines.join('\n')}\n`;
    commit = await own.ask(['commit-tree', tree, '-p', parent], { input });
  }
  if (commit !== previous) warnings.push(...lfsWarning(await filesOutsideLfs(own, previous, commit)));
  if (commit !== previous) await own.ask(['update-ref', own.ref, commit, previous]);
  else if (!isBehind) return null;
  if (isOnTop || isBehind) await bringToClone(own, commit);
  if (commit === previous) return null;
  return { commit, previous, by: commit === parent ? 'agent' : 'cc-executor', warnings };
}

/**
 * Adds all changes of the workspace to the index. A repository in it that is in the index already counts with its commit
 * alone: git would look for changes in it with a second git, which obeys its filters.
 */
export async function addAll(own: OwnRepository): Promise<GitAnswer> {
  // Names are quoted as git reads them again, whatever their bytes are.
  const entries = await own.ask(['-c', 'core.quotePath=true', 'ls-files', '--stage'], {
    most: LARGEST_INDEX,
  });
  if (entries.length >= LARGEST_INDEX - 1)
    throw new RepositoryError('', 'There are too many files to commit.');
  const inner = Array.from(entries.matchAll(/^160000 [0-9a-f]{40,64} \d\t(.*)$/gm), ([, name = '']) => name);
  const others = inner.map((name) => name.replace(/^"?/, (quote) => `${quote}:(exclude,literal)`));
  const input = ['.', ...others].join('\n');
  const added = await own.run(['add', '--all', '--ignore-errors', '--pathspec-from-file=-'], { input });
  if (inner.length === 0) return added;
  const commits = await own.run(['update-index', '--add', '--remove', '--stdin'], {
    input: inner.join('\n'),
  });
  return added.code === 0 ? commits : added;
}

function lfsWarning(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const named = paths.slice(0, MOST_NAMED).join(', ') + (paths.length > MOST_NAMED ? ', …' : '');
  const what =
    paths.length === 1
      ? '1 file belongs in Git LFS, and its content is on the branch'
      : `${String(paths.length)} files belong in Git LFS, and their content is on the branch`;
  return [`${what}: ${named}; "git lfs migrate import --no-rewrite" there makes pointers again`];
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
