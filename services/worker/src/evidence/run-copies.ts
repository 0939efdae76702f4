import { shownPath } from '@cc-executor/evidence/walked-names';
import type { WorkspaceLook, WorkspaceLooks } from '@cc-executor/evidence/workspace';
import { graphOf, type ExecutionRecord, type ExecutionState } from '@cc-executor/executions';
import { isSettled, type TaskStatus } from '@cc-executor/contracts';
import {
  snapshotLabel,
  snapshotOwner,
  type Kept,
  type LeftOut,
  type LeftOutReason,
  type Snapshot,
  type SnapshotStore,
} from '@cc-executor/workspaces';
import { cp, lstat, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import type { RunSnapshots } from './run-snapshots.ts';

/** Why the work of tasks can't be joined; for people. */
export class NotJoinable extends Error {}

class JoinConflict extends NotJoinable {
  constructor(task: number, paths: readonly string[]) {
    const shown = paths.slice(0, MOST_PATHS).map((path) => JSON.stringify(shownPath(path).path));
    const more = paths.length > shown.length ? ` and ${String(paths.length - shown.length)} more` : '';
    super(
      `The work of task ${String(task)} can't be joined with that of others: both changed ${shown.join(', ')}${more}. What each of them left is kept, as its snapshot.`,
    );
  }
}

class NotWhole extends NotJoinable {
  constructor(task: number, lacks: readonly LeftOut[] | null, folder: string) {
    const shown = lacks
      ?.slice(0, MOST_PATHS)
      .map(({ path, why }) => `${JSON.stringify(shownPath(path).path)} (${why})`);
    const why = shown ? `its snapshot lacks ${shown.join(', ')}` : 'there is no snapshot of what it has left';
    super(`The work of task ${String(task)} can't be joined: ${why}. It is kept in its copy: ${folder}`);
  }
}

const MOST_PATHS = 20;
/** Why a snapshot lacks a file that a task may have made. */
const LOST: ReadonlySet<LeftOutReason> = new Set([
  'file_too_large',
  'snapshot_too_large',
  'unreadable',
  'being_written',
]);

/** A copy of a workspace. */
export interface Copy {
  folder: string;
  /** What it was made from just now; null: it was there, as an earlier attempt left it. */
  base: Snapshot | null;
}

/** What a task has done: the snapshots before and after it. */
interface Work {
  before: string;
  after: string;
}

interface CopiesOptions {
  /** The folder of the copies of all executions. */
  folder: string;
  looks: Pick<WorkspaceLooks, 'begin'>;
  record: ExecutionRecord;
  snapshots: RunSnapshots;
  /** The state of the execution as it is now. */
  state: () => ExecutionState;
}

/**
 * The copies of a workspace in which tasks work that may run at the same time, and how their work is joined. What a task
 * has done is the difference between the snapshots before its first and after its last attempt. The work of several tasks
 * is joined by adding one difference after the other, in the order of the list.
 */
export class RunCopies {
  readonly #options: CopiesOptions;
  readonly #owner: string;
  readonly #own: string;
  /** What tasks have done, by the label of it. */
  readonly #works = new Map<string, Promise<Work>>();

  constructor(options: CopiesOptions) {
    this.#options = options;
    this.#owner = snapshotOwner(options.record);
    this.#own = join(options.folder, this.#owner);
  }

  /** Returns whether a task, by number, works in a copy. */
  isApart(task: number): boolean {
    return graphOf(this.#options.record.tasks).apart.has(task - 1);
  }

  /** Returns the folder of the copy of a task. */
  folderOf(task: number): string {
    return join(this.#own, String(task));
  }

  /** Keeps what the workspace is before any task has run: what tasks begin with that need nothing. */
  async keepRoot(workspace: string): Promise<void> {
    const { looks, snapshots, state, record } = this.#options;
    const { apart, needs } = graphOf(record.tasks);
    if (![...apart].some((index) => needs[index]?.length === 0)) return;
    const store = await snapshots.store();
    const label = this.#label('root');
    if (store.labels().has(label) || state().tasks.some(({ attempt }) => attempt > 0)) return;
    const look = await looks.begin(workspace);
    try {
      await snapshots.takeAs(workspace, look, label);
    } finally {
      look.release();
    }
  }

  /**
   * Returns the copy of a task as it is at the beginning of an attempt: as the attempt before left it, or else what
   * everything has left that it needs. Throws a NotJoinable.
   */
  async prepare(task: number, workspace: string): Promise<Copy> {
    const store = await this.#options.snapshots.store();
    const labels = store.labels();
    const folder = this.folderOf(task);
    const first = labels.get(this.#before(task));
    const there = await lstat(folder).catch(() => null);
    // One without a first snapshot may be half made.
    if (there?.isDirectory() && first !== undefined) return { folder, base: null };
    await rm(folder, { recursive: true, force: true });
    const base = first ?? (await this.#joined(task, store, labels));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const empty = { changed: [], removed: [], folders: [], previous: null };
    const label = this.#label(task, 'copying');
    const { kept } = await store.restore({ folder, ...empty, label, to: base });
    refuseKept(kept, 'its copy could not be made');
    await copyRepository(workspace, folder);
    return { folder, base: await store.summary(base) };
  }

  /** Removes the copy of a task that has settled, if what it left is in its snapshots. */
  async remove(task: number): Promise<void> {
    if (this.#endOf(task)?.snapshots?.after == null) return;
    // Its copy tells what was removed from what is only ignored.
    if (await this.#isOnlyIn(task)) return;
    await rm(this.folderOf(task), { recursive: true, force: true });
  }

  /** Removes all copies, once nothing runs any more, except those that alone have what a task has completed. */
  async removeAll(): Promise<void> {
    for (const name of await readdir(this.#own).catch(() => [])) {
      if (this.#statusOf(Number(name)) === 'completed' && (await this.#isOnlyIn(Number(name)))) continue;
      await rm(join(this.#own, name), { recursive: true, force: true });
    }
    await rmdir(this.#own).catch(() => undefined);
  }

  /** Returns whether the work of a task is whole in its copy alone. */
  async #isOnlyIn(task: number): Promise<boolean> {
    try {
      await this.#workOf(task, await this.#options.snapshots.store());
      return false;
    } catch {
      return true;
    }
  }

  /** Returns the tasks whose work the workspace does not have yet: that has completed, or all that has settled. */
  async pending(which: 'completed' | 'settled'): Promise<number[]> {
    const { record, snapshots, state } = this.#options;
    const labels = (await snapshots.store()).labels();
    return record.tasks.flatMap((_, index) => {
      const number = index + 1;
      const { status = 'pending', attempt = 0 } = state().tasks[index] ?? {};
      const isIt = which === 'completed' ? status === 'completed' : isSettled(status);
      if (!isIt || attempt === 0 || !this.isApart(number)) return [];
      return labels.has(this.#joinedLabel(number, attempt)) ? [] : [number];
    });
  }

  /**
   * Adds the work of a task to the workspace, as its look has seen it, and looks at that again. Nothing may run there.
   * Throws a NotJoinable; nothing has changed then.
   */
  async add(task: number, workspace: string, look: WorkspaceLook): Promise<void> {
    const { snapshots } = this.#options;
    const store = await snapshots.store();
    const attempt = this.#attemptsOf(task);
    const joined = this.#joinedLabel(task, attempt);
    const work = await this.#workOf(task, store);
    const ours = await snapshots.takeAs(workspace, look, this.#label('joining'));
    const before = (await this.#lastAdded(task, { ours, workspace }, store)) ?? work.before;
    const theirs = await this.#merged(task, { before, after: work.after, ours: ours.id }, store);
    if (theirs !== ours.id) {
      await store.keep(theirs, this.#joiningLabel(task, attempt));
      const { changed, removed, folders, previous } = await look.state();
      const label = this.#label('left');
      const request = { folder: workspace, changed, removed, folders, previous, label, to: theirs };
      const { kept } = await store.restore(request);
      refuseKept(kept, 'not all of it could be added to the workspace');
      await look.changes();
      await snapshots.takeAs(workspace, look, joined);
    } else await store.keep(ours.id, joined);
  }

  /** The snapshot that a task begins with. */
  async #joined(task: number, store: SnapshotStore, labels: ReadonlyMap<string, string>): Promise<string> {
    const { all, needs } = graphOf(this.#options.record.tasks);
    const [first, ...others] = needs[task - 1] ?? [];
    if (first === undefined) return this.#root(labels);
    let base = await this.#leftBy(first + 1, store, labels);
    const added = new Set([first, ...all(first)]);
    const missing = new Set(others.flatMap((other) => [...all(other), other]));
    for (const other of [...missing].toSorted((one, two) => one - two)) {
      if (added.has(other)) continue;
      added.add(other);
      if (this.#attemptsOf(other + 1) === 0) continue;
      base = await this.#merged(other + 1, { ...(await this.#workOf(other + 1, store)), ours: base }, store);
    }
    return base;
  }

  /** What a settled task has left; one that was skipped has left what it would have begun with. */
  async #leftBy(task: number, store: SnapshotStore, labels: ReadonlyMap<string, string>): Promise<string> {
    if (this.#attemptsOf(task) === 0) return await this.#joined(task, store, labels);
    return (await this.#workOf(task, store)).after;
  }

  async #merged(
    task: number,
    { before, after, ours }: { before: string; after: string; ours: string },
    store: SnapshotStore,
  ): Promise<string> {
    if (before === after || ours === after) return ours;
    if (before === ours) return after;
    const sides = { base: before, ours, theirs: after };
    const { snapshot, conflicts } = await store.merge(sides, this.#label(task, 'merged'));
    if (!snapshot) throw new JoinConflict(task, conflicts);
    return snapshot.id;
  }

  /**
   * What an attempt has left that the workspace has already: its worker was lost before it could say so, or before it had
   * kept that the workspace has it.
   */
  async #lastAdded(
    task: number,
    { ours, workspace }: { ours: Snapshot; workspace: string },
    store: SnapshotStore,
  ): Promise<string | null> {
    const labels = store.labels();
    for (let attempt = this.#attemptsOf(task); attempt > 0; attempt -= 1) {
      const begun = labels.get(this.#joiningLabel(task, attempt));
      const isThere =
        labels.has(this.#joinedLabel(task, attempt)) ||
        (begun !== undefined && (await this.#isStill(begun, { ours, workspace }, store)));
      if (isThere)
        return labels.get(this.#workLabel(task, attempt)) ?? labels.get(this.#after(task, attempt)) ?? null;
    }
    return null;
  }

  /** Returns whether the workspace has the files of a snapshot, those included that it ignores. */
  async #isStill(
    snapshot: string,
    { ours, workspace }: { ours: Snapshot; workspace: string },
    store: SnapshotStore,
  ): Promise<boolean> {
    const label = this.#label('seen');
    const seen = await store.complete({ folder: workspace, earlier: snapshot, later: ours.id, label });
    return seen.tree === (await store.summary(snapshot)).tree;
  }

  #joiningLabel(task: number, attempt: number): string {
    return this.#label(task, attempt, 'joining');
  }

  #joinedLabel(task: number, attempt: number): string {
    return this.#label(task, attempt, 'joined');
  }

  #workLabel(task: number, attempt: number): string {
    return this.#label(task, attempt, 'work');
  }

  #after(task: number, attempt: number): string {
    return snapshotLabel({ execution: this.#owner, task, attempt, when: 'after' });
  }

  #root(labels: ReadonlyMap<string, string>): string {
    const root = labels.get(this.#label('root'));
    if (root === undefined) throw new Error('there is no snapshot of its workspace from before its tasks');
    return root;
  }

  /** Found once for each attempt, while its copy is there. */
  async #workOf(task: number, store: SnapshotStore): Promise<Work> {
    const label = this.#workLabel(task, this.#attemptsOf(task));
    const found = this.#works.get(label) ?? this.#findWork(task, label, store);
    this.#works.set(label, found);
    // What failed may not fail again.
    found.catch(() => this.#works.delete(label));
    return await found;
  }

  /**
   * Throws a NotWhole where only the copy has all of the work of a task that completes. Where nothing is known of what
   * another one left, it has done nothing that could be joined.
   */
  async #findWork(task: number, label: string, store: SnapshotStore): Promise<Work> {
    const labels = store.labels();
    const before = labels.get(this.#before(task));
    if (before === undefined)
      throw new Error(`there is no snapshot of what task ${String(task)} has begun with`);
    const known = labels.get(label);
    if (known !== undefined) return { before, after: known };
    const after = labels.get(this.#after(task, this.#attemptsOf(task)));
    const folder = this.folderOf(task);
    const status = this.#statusOf(task);
    const mustBeWhole = status === 'completed' || !isSettled(status);
    if (after === undefined && mustBeWhole) throw new NotWhole(task, null, folder);
    const isThere = (await lstat(folder).catch(() => null))?.isDirectory() === true;
    if (after === undefined || !isThere) return { before, after: after ?? before };
    const { id, lacks } = await store.complete({ folder, earlier: before, later: after, label });
    const lost = lacks.filter(({ why }) => LOST.has(why));
    if (lost.length === 0 || !mustBeWhole) return { before, after: id };
    // Nobody takes it for whole.
    await store.release([label]);
    throw new NotWhole(task, lost, folder);
  }

  #before(task: number): string {
    return snapshotLabel({ execution: this.#owner, task, attempt: 1, when: 'before' });
  }

  #attemptsOf(task: number): number {
    return this.#options.state().tasks[task - 1]?.attempt ?? 0;
  }

  #statusOf(task: number): TaskStatus {
    return this.#options.state().tasks[task - 1]?.status ?? 'pending';
  }

  #endOf(task: number) {
    return this.#options.state().tasks[task - 1]?.end;
  }

  #label(...parts: (string | number)[]): string {
    return [this.#owner, ...parts].join(' ');
  }
}

/** What a snapshot does not have is no loss; what it has and could not be written is one. */
function refuseKept(kept: readonly Kept[], what: string): void {
  const lost = kept.find(({ why }) => why !== 'not_in_snapshot');
  if (lost) throw new Error(`${what}: ${JSON.stringify(shownPath(lost.path).path)} (${lost.why})`);
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
