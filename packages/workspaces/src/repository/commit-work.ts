import { counted } from '@cc-executor/contracts/english';
import { addChanges, warningsOf } from './add-changes.ts';
import { checkedOut } from './checked-out.ts';
import { bringToClone } from './in-clone.ts';
import { taskRef, type OwnRepository } from './own-repository.ts';
import { LFS, unfilteredFiles } from './unfiltered-files.ts';
import { RepositoryError } from '../repository-error.ts';

/** The number of files that are named in a warning. */
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
  /** Notes about it, for people. */
  warnings: string[];
}

/**
 * Commits what is in the workspace on the branch, on top of what the agent committed itself. Null: nothing has changed. With
 * nothing but warnings, the commit is the previous one. Rejects with a RepositoryError; nothing is lost then, and the next one tries again.
 */
export async function commitWork(own: OwnRepository, request: CommitRequest): Promise<Committed | null> {
  const { head, previous, tree } = await latest(own);
  const warnings: string[] = [];
  if (head === null) warnings.push('its .git is missing or damaged: its own commits are not on the branch');
  const isOnTop = head !== null && (await own.isAncestor(previous, head));
  // An earlier commit was cut off before the clone had it; or the agent went back, which is a change as others are.
  const isBehind = head !== null && !isOnTop && (await own.isAncestor(head, previous));
  if (head !== null && !isOnTop && !isBehind)
    warnings.push(
      `it has left the branch ${own.places.of.branch}: what it changed is on it as one commit, and its own commits are only in its clone`,
    );
  const parent = isOnTop ? head : previous;
  if (parent !== previous) await own.setIndex(parent);
  const added = await addChanges(own);
  const addWarnings = warningsOf(added);
  warnings.push(...addWarnings);
  const commit = added.hasAny ? await commitIndex(own, { ...request, parent, previous, tree }) : parent;
  if (commit !== previous) warnings.push(...filterWarnings(await unfilteredFiles(own, previous, commit)));
  const { task } = request;
  // The work of this task is on the branch up to here, also where it left nothing.
  const marks: [string, string][] = task === null ? [] : [[taskRef(task), commit]];
  const moves = commit === previous ? [] : [[own.ref, commit, previous] as const];
  await own.set(...moves, ...marks).catch((error: unknown) => {
    // On a full disk the files could not be added either.
    throw new RepositoryError('', [...addWarnings, (error as Error).message].join('; '), { cause: error });
  });
  await own.pack();
  if (isBehind || (isOnTop && commit !== previous)) await bringToClone(own, commit);
  if (commit === previous && addWarnings.length === 0) return null;
  return { commit, previous, by: commit === parent ? 'agent' : 'cc-executor', warnings };
}

/**
 * The last commit of the branch and its tree, and what is checked out in the clone; null: that is gone, or not complete in it.
 * Rejects with a RepositoryError where the branch is not to be read any more.
 */
async function latest(own: OwnRepository): Promise<{ head: string | null; previous: string; tree: string }> {
  const hasObjects = await own.relink();
  const inClone = hasObjects ? checkedOut(own.places.workspace, '') : null;
  const names = [own.ref, `${own.ref}^{tree}`, ...(inClone === null ? [] : [`${inClone}^{commit}`])];
  const first = await own.look(...names);
  const isDamaged = inClone === null || first.includes(null);
  const [previous, tree, head = null] = isDamaged && (await own.borrow()) ? await own.look(...names) : first;
  if (!previous || !tree) throw nothingCommitted(null);
  return { head: head && (await isWhole(own, head, previous)) ? head : null, previous, tree };
}

/** Whether all that a commit has beside an earlier one is there: what is missing could be found elsewhere later. */
async function isWhole(own: OwnRepository, commit: string, earlier: string): Promise<boolean> {
  if (commit === earlier) return true;
  return (await own.run(['rev-list', '--objects', '--quiet', commit, '--not', earlier])).code === 0;
}

function nothingCommitted(why: string | null): RepositoryError {
  const said = why === null ? '' : ` (${firstLine(why)})`;
  return new RepositoryError(
    '',
    `Nothing can be committed: its .git was removed or damaged${said}. What it changed is in the workspace and in its snapshots.`,
  );
}

/** Returns a commit of the index on top of its parent, or that, if nothing differs. */
async function commitIndex(
  own: OwnRepository,
  {
    subject,
    trailers,
    parent,
    previous,
    tree: before,
  }: CommitRequest & { parent: string; previous: string; tree: string },
): Promise<string> {
  let written = await own.run(['write-tree']);
  // Some objects of the clone are gone, or all of them.
  if (written.code !== 0 && (await own.borrow())) written = await own.run(['write-tree']);
  if (written.code !== 0) throw nothingCommitted(written.stderr);
  const tree = written.stdout.trim();
  if (tree === (parent === previous ? before : await own.ask(['rev-parse', `${parent}^{tree}`])))
    return parent;
  const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}`);
  const input = `${firstLine(subject)}\n\n${lines.join('\n')}\n`;
  return await own.ask(['commit-tree', tree, '-p', parent], { input });
}

function filterWarnings(unfiltered: ReadonlyMap<string, readonly string[]>): string[] {
  return [...unfiltered].map(([filter, paths]) => {
    const named = paths.slice(0, MOST_NAMED).join(', ') + (paths.length > MOST_NAMED ? ', …' : '');
    const files = (one: string, several: string) => counted(paths.length, `file ${one}`, `files ${several}`);
    if (filter === LFS)
      return `${files('belongs in Git LFS, and its', 'belong in Git LFS, and their')} content is on the branch: ${named}; "git lfs migrate import --no-rewrite" there makes pointers again`;
    const has = `the filter ${JSON.stringify(filter)}, which does not run here, and`;
    return `${files(`has ${has} its`, `have ${has} their`)} content is on the branch as it is: ${named}`;
  });
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
