import { shownPath } from '@cc-executor/evidence/walked-names';
import type { UnrestoredPath, LeftOut, SnapshotStore } from '@cc-executor/workspaces';

const MOST_PATHS = 20;

/** Why the work of tasks can't be joined; for people. */
export class NotJoinable extends Error {}

/** The snapshots of a merge that conflicts. */
export interface ConflictSides {
  base: string;
  ours: string;
  theirs: string;
}

/** Two tasks have changed the same. */
export class JoinConflict extends NotJoinable {
  readonly task: number;
  readonly paths: readonly string[];
  readonly sides: ConflictSides;

  /** `task`: whose work can't be added to what others have left. */
  constructor(task: number, paths: readonly string[], sides: ConflictSides) {
    const shown = paths.slice(0, MOST_PATHS).map((path) => JSON.stringify(shownPath(path).path));
    const more = paths.length > shown.length ? ` and ${String(paths.length - shown.length)} more` : '';
    super(
      `The work of task ${String(task)} can't be joined with that of others: both changed ${shown.join(', ')}${more}. What each of them left is kept, as its snapshot.`,
    );
    this.task = task;
    this.paths = paths;
    this.sides = sides;
  }
}

/** Only the copy of a task has all of its work. */
export class NotWhole extends NotJoinable {
  constructor(task: number, lacks: readonly LeftOut[] | null, folder: string) {
    const shown = lacks
      ?.slice(0, MOST_PATHS)
      .map(({ path, why }) => `${JSON.stringify(shownPath(path).path)} (${why})`);
    const why = shown ? `its snapshot lacks ${shown.join(', ')}` : 'there is no snapshot of what it has left';
    super(`The work of task ${String(task)} can't be joined: ${why}. It is kept in its copy: ${folder}`);
  }
}

/**
 * Throws where something of a snapshot could not be written. What the snapshot does not have is no loss, and neither is a
 * folder that it does not have and that stays, as it has ignored files in it.
 */
export async function refuseKept(
  store: Pick<SnapshotStore, 'files'>,
  snapshot: string,
  kept: readonly UnrestoredPath[],
  what: string,
): Promise<void> {
  for (const { path, why } of kept) {
    if (why === 'not_in_snapshot') continue;
    if (why === 'folder_not_empty' && !(await hasFile(store, snapshot, path))) continue;
    throw new Error(`${what}: ${JSON.stringify(shownPath(path).path)} (${why})`);
  }
}

async function hasFile(
  store: Pick<SnapshotStore, 'files'>,
  snapshot: string,
  path: string,
): Promise<boolean> {
  const end = path.lastIndexOf('/');
  const entries = await store.files(snapshot, end === -1 ? '' : path.slice(0, end)).catch(() => []);
  return entries.some(({ name, kind }) => name === path.slice(end + 1) && kind !== 'folder');
}
