import { isSettled, placeInCopy, type CopiesOption } from '@cc-executor/contracts';
import { copyPlain } from '@cc-executor/evidence/plain-trees';
import { shownPath } from '@cc-executor/evidence/walked-names';
import type { WorkspaceScan, WorkspaceScanner } from '@cc-executor/evidence/workspace';
import type { Snapshot } from '@cc-executor/workspaces';
import { lstat, mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copiesIn, COPIES_MARK } from './copies-folder.ts';
import { copyLeftOut, writtenInPlace } from './left-out-files.ts';
import { refuseKept, type JoinConflict } from './not-joinable.ts';
import type { RunRepository } from './run-repository.ts';
import type { RunSnapshots } from './run-snapshots.ts';
import type { TaskWorks } from './task-works.ts';

/** Not the number of a task. */
const CLONE = 'clone';
const NOT_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);

/** A copy of a workspace. */
export interface Copy {
  folder: string;
  /** The snapshot from which it was just made; null: an earlier attempt left it. */
  base: Snapshot | null;
  /** The missing parts of the workspace, for people; null: none. */
  lacks: string | null;
}

interface CopiesOptions {
  works: TaskWorks;
  scanner: Pick<WorkspaceScanner, 'begin'>;
  snapshots: RunSnapshots;
  /** The user's repository; null: none. */
  repository: RunRepository | null;
  /** The way in which copies get the files that snapshots exclude. */
  places: CopiesOption;
}

/** The copies of a workspace in which tasks work that may run at the same time. */
export class RunCopies {
  readonly #works: TaskWorks;
  readonly #scanner: CopiesOptions['scanner'];
  readonly #snapshots: RunSnapshots;
  readonly #repository: RunRepository | null;
  readonly #places: CopiesOption;
  /** The paths of the workspace that snapshots exclude. */
  #leftOut: readonly string[] = [];

  constructor({ works, scanner, snapshots, repository, places }: CopiesOptions) {
    this.#places = places;
    this.#repository = repository;
    this.#works = works;
    this.#scanner = scanner;
    this.#snapshots = snapshots;
  }

  /**
   * Returns whether the tasks of this execution work in copies. True where that can't be known: nothing may run in the
   * workspace itself then.
   */
  async areMarked(): Promise<boolean> {
    try {
      return (await lstat(this.#mark)).isFile();
    } catch (error) {
      return !NOT_THERE.has((error as NodeJS.ErrnoException).code ?? '');
    }
  }

  /** Keeps that the tasks work in copies, before the first one begins. */
  async mark(): Promise<void> {
    if (await this.areMarked()) return;
    await mkdir(this.#works.folder, { recursive: true, mode: 0o700 });
    await writeFile(this.#mark, this.#works.executionId, { flush: true });
  }

  /** Returns whether nothing says any more that the tasks work in copies. No task may have begun. */
  async unmark(): Promise<boolean> {
    const { first } = this.#works.labels.workspace;
    await this.#works
      .store()
      .then((store) => store.release([first]))
      .catch(() => undefined);
    await rm(this.#mark, { force: true }).catch(() => undefined);
    return !(await this.areMarked());
  }

  /** Keeps what a task begins with in a new copy: an attempt before may have failed before it had one. */
  async begun({ task, attempt }: { task: number; attempt: number }, snapshot: string): Promise<void> {
    const label = this.#works.labels.before(task);
    const store = await this.#works.store();
    if (attempt > 1 && store.labelled(label) === null) await store.keep(snapshot, label);
  }

  /** Keeps what the workspace is before any task has run: what tasks begin with that need nothing. Nothing runs there. */
  async keepRoot(workspace: string): Promise<void> {
    const works = this.#works;
    const repository = this.#repository;
    const scan = await this.#scanner.begin(workspace, null, repository?.leaveOut ?? []);
    try {
      this.#leftOut = (await scan.state()).leftOut;
      const isKept = (await works.store()).labelled(works.labels.workspace.first) !== null;
      if (!isKept && !works.graph.hasBegun)
        await this.#snapshots.takeAs(workspace, scan, works.labels.workspace.first);
    } finally {
      scan.release();
    }
    if (!repository) return;
    await repository.keepRoot();
    await mkdir(works.folder, { recursive: true, mode: 0o700 });
    if (await isFolder(this.#clone)) return;
    const half = `${this.#clone}.new`;
    await rm(half, { recursive: true, force: true });
    await copyRepository(workspace, '.git', half).catch(async (error: unknown) => {
      // It needs room that others may lack.
      await rm(half, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    });
    await rename(half, this.#clone);
  }

  /** Finds again what of the workspace snapshots leave out: a task may have installed packages there. */
  async see(scan: Pick<WorkspaceScan, 'state'>): Promise<void> {
    this.#leftOut = (await scan.state().catch(() => null))?.leftOut ?? this.#leftOut;
  }

  /**
   * Returns the copy of a task as it is at the beginning of an attempt: as the attempt before left it, or else what
   * everything has left that it needs. Throws a NotJoinable.
   */
  async prepare(task: number, workspace: string): Promise<Copy> {
    const works = this.#works;
    const store = await works.store();
    const folder = works.folderOf(task);
    const first = store.labelled(works.labels.before(task));
    const there = await lstat(folder).catch(() => null);
    // One without a first snapshot may be half made.
    if (there?.isDirectory() && first !== null) return { folder, base: null, lacks: null };
    const base = first ?? (await works.base(task));
    const made = await this.#make(folder, base, workspace, async () => {
      if (!this.#repository) return;
      const has = async (one: number) => (await this.#repository?.has(one)) === true;
      await this.#repository.beginCopy({ task, folder }, await works.graph.lastWith(task, has));
    }).catch(async (error: unknown) => {
      // Half of one needs room that others may lack.
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    });
    return { folder, base: made.snapshot, lacks: lacksOf(made.beyond) };
  }

  /** Makes a folder what a snapshot has, with what the workspace has that snapshots leave out. */
  async #make(
    folder: string,
    base: string,
    workspace: string,
    begin: () => Promise<void> = async () => undefined,
  ): Promise<{ snapshot: Snapshot; beyond: string[] }> {
    const store = await this.#works.store();
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { kept, snapshot } = await store.populate({
      folder,
      changed: [],
      removed: [],
      folders: [],
      to: base,
    });
    await refuseKept(store, base, kept, 'its copy could not be made');
    const [around, name] = this.#repository ? [this.#works.folder, CLONE] : [workspace, '.git'];
    await copyRepository(around, name, join(folder, '.git'));
    await begin();
    const paths = [...this.#included, ...this.#leftOut];
    const beyond = await copyLeftOut(workspace, folder, paths, (path) => this.#placeOf(path));
    return { snapshot, beyond };
  }

  /**
   * Returns the files that a task's copy shares with the workspace and were written since a time: how many, and one of them.
   * Never rejects.
   */
  async writtenInPlace(task: number, since: Date): Promise<{ files: number; first: string | null }> {
    const linked = [...this.#included, ...this.#leftOut].filter((path) => this.#placeOf(path) === 'link');
    return await writtenInPlace(this.#works.folderOf(task), linked, since);
  }

  /** Files that the repository includes were asked for by name. */
  #placeOf(path: string): ReturnType<typeof placeInCopy> {
    const place = placeInCopy(this.#places, path);
    return place === 'none' && this.#included.includes(path) ? 'copy' : place;
  }

  get #included(): readonly string[] {
    return this.#repository?.included ?? [];
  }

  /** Returns a folder with a conflict in it, as git writes it, for an agent that resolves it for a task. */
  async conflictFor(task: number, { sides }: JoinConflict, workspace: string): Promise<string> {
    const store = await this.#works.store();
    const marked = await store.mergeWithMarkers(sides, this.#works.labels.of(task, 'marked'));
    const folder = `${this.#works.folderOf(task)}-conflict`;
    await this.#make(folder, marked.id, workspace);
    return folder;
  }

  /** Keeps what an agent has made of a conflict, and removes its folder. */
  async resolve(folder: string, { sides }: JoinConflict): Promise<void> {
    const scan = await this.#scanner.begin(folder, null, this.#repository?.leaveOut ?? []);
    try {
      await this.#snapshots.takeAs(folder, scan, this.#works.labels.resolved(sides));
    } finally {
      scan.release();
    }
    await rm(folder, { recursive: true, force: true });
  }

  /** Returns the copy of a task that has settled, made again from what it has left if it is not there. Throws a NotJoinable. */
  async settled(task: number): Promise<string> {
    const folder = this.#works.folderOf(task);
    if (await isFolder(folder)) return folder;
    const store = await this.#works.store();
    const { after } = await this.#works.of(task);
    const half = `${folder}.new`;
    await rm(half, { recursive: true, force: true });
    await mkdir(half, { recursive: true, mode: 0o700 });
    const { kept } = await store.populate({ folder: half, changed: [], removed: [], folders: [], to: after });
    await refuseKept(store, after, kept, 'its copy could not be rebuilt');
    await rename(half, folder);
    return folder;
  }

  /** Removes the copy of a task that has settled, if what it left is in its snapshots, and of a variant if one is picked. */
  async remove(task: number): Promise<void> {
    const by = this.#works.graph.pickedBy(task);
    if (by && !isSettled(by.status)) return;
    if (this.#works.graph.stateOf(task).end?.snapshots?.after == null) return;
    // Its copy distinguishes removed files from ignored ones.
    if (await this.#isOnlyIn(task)) return;
    await rm(this.#works.folderOf(task), { recursive: true, force: true });
    await this.#repository?.leaveCopy(task);
  }

  /** Removes all copies, once nothing runs any more, except those that alone have what a task has completed. */
  async removeAll(): Promise<void> {
    const { folder } = this.#works;
    // The mark goes last: without it, what is left was left on purpose.
    const names = await copiesIn(folder);
    if (names === null) return;
    for (const name of [...names, COPIES_MARK]) {
      // One that is not of a task is of no task that has completed.
      const task = Number(name);
      if (this.#works.graph.stateOf(task).status === 'completed' && (await this.#isOnlyIn(task))) continue;
      await rm(join(folder, name), { recursive: true, force: true });
    }
    await rmdir(folder).catch(() => undefined);
  }

  /** A file that says that the tasks work in copies. No task has such a number. */
  get #mark(): string {
    return join(this.#works.folder, COPIES_MARK);
  }

  /** The folder of the clone's repository as it was before any task. */
  get #clone(): string {
    return join(this.#works.folder, CLONE);
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

function lacksOf(beyond: readonly string[]): string | null {
  const [first] = beyond;
  if (first === undefined) return null;
  return `${String(beyond.length)} paths that snapshots leave out are too large to be copied or can't be read, such as ${JSON.stringify(shownPath(first).path)}`;
}

/** A workspace that is a repository of git stays one in its copy: snapshots have nothing of that. */
async function copyRepository(folder: string, name: string, target: string): Promise<void> {
  if (await isFolder(join(folder, name))) await copyPlain(folder, name, target);
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isDirectory() === true;
}
