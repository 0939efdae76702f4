import type { WorkspaceLooks } from '@cc-executor/evidence/workspace';
import type { Snapshot } from '@cc-executor/workspaces';
import { constants } from 'node:fs';
import { cp, lstat, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refuseKept } from './not-joinable.ts';
import type { RunSnapshots } from './run-snapshots.ts';
import type { TaskWorks } from './task-works.ts';

/** A copy of a workspace. */
export interface Copy {
  folder: string;
  /** What it was made from just now; null: it was there, as an earlier attempt left it. */
  base: Snapshot | null;
}

interface CopiesOptions {
  works: TaskWorks;
  looks: Pick<WorkspaceLooks, 'begin'>;
  snapshots: RunSnapshots;
}

/** The copies of a workspace in which tasks work that may run at the same time. */
export class RunCopies {
  readonly #works: TaskWorks;
  readonly #looks: CopiesOptions['looks'];
  readonly #snapshots: RunSnapshots;

  constructor({ works, looks, snapshots }: CopiesOptions) {
    this.#works = works;
    this.#looks = looks;
    this.#snapshots = snapshots;
  }

  /** Keeps what the workspace is before any task has run: what tasks begin with that need nothing. */
  async keepRoot(workspace: string): Promise<void> {
    const works = this.#works;
    if (!works.hasRoots) return;
    const label = works.rootLabel;
    if ((await works.store()).labelled(label) !== null || works.hasBegun) return;
    const look = await this.#looks.begin(workspace);
    try {
      await this.#snapshots.takeAs(workspace, look, label);
    } finally {
      look.release();
    }
  }

  /**
   * Returns the copy of a task as it is at the beginning of an attempt: as the attempt before left it, or else what
   * everything has left that it needs. Throws a NotJoinable.
   */
  async prepare(task: number, workspace: string): Promise<Copy> {
    const works = this.#works;
    const store = await works.store();
    const folder = works.folderOf(task);
    const first = store.labelled(works.beforeLabel(task));
    const there = await lstat(folder).catch(() => null);
    // One without a first snapshot may be half made.
    if (there?.isDirectory() && first !== null) return { folder, base: null };
    await rm(folder, { recursive: true, force: true });
    const base = first ?? (await works.base(task));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const made = await store.populate({ folder, changed: [], removed: [], folders: [], to: base });
    refuseKept(made.kept, 'its copy could not be made');
    await copyRepository(workspace, folder);
    return { folder, base: made.snapshot };
  }

  /** Removes the copy of a task that has settled, if what it left is in its snapshots. */
  async remove(task: number): Promise<void> {
    if (this.#works.stateOf(task).end?.snapshots?.after == null) return;
    // Its copy tells what was removed from what is only ignored.
    if (await this.#isOnlyIn(task)) return;
    await rm(this.#works.folderOf(task), { recursive: true, force: true });
  }

  /** Removes all copies, once nothing runs any more, except those that alone have what a task has completed. */
  async removeAll(): Promise<void> {
    const { folder } = this.#works;
    for (const name of await readdir(folder).catch(() => [])) {
      const task = Number(name);
      if (this.#works.stateOf(task).status === 'completed' && (await this.#isOnlyIn(task))) continue;
      await rm(join(folder, name), { recursive: true, force: true });
    }
    await rmdir(folder).catch(() => undefined);
  }

  /** Returns whether the work of a task is whole in its copy alone. */
  async #isOnlyIn(task: number): Promise<boolean> {
    try {
      await this.#works.of(task);
      return false;
    } catch {
      return true;
    }
  }
}

/** A workspace that is a repository of git stays one in its copy: snapshots have nothing of that. */
async function copyRepository(from: string, to: string): Promise<void> {
  const [source, target] = [join(from, '.git'), join(to, '.git')];
  if ((await lstat(source).catch(() => null))?.isDirectory() !== true) return;
  await cp(source, target, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    mode: constants.COPYFILE_FICLONE,
  });
}
