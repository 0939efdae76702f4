import { isSettled, type TaskStatus } from '@cc-executor/contracts';
import {
  graphOf,
  workCounts,
  type ExecutionRecord,
  type ExecutionState,
  type TaskState,
} from '@cc-executor/executions';
import {
  joinedLabel,
  snapshotLabel,
  snapshotOwner,
  workLabel,
  workspaceLabels,
  type LeftOutReason,
  type Snapshot,
  type SnapshotStore,
} from '@cc-executor/workspaces';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { mergeWork, resolvedLabel } from './merge-work.ts';
import { NotWhole, type ConflictSides } from './not-joinable.ts';
import type { RunSnapshots } from './run-snapshots.ts';

/** Why a snapshot lacks a file that a task may have made. */
const LOST: ReadonlySet<LeftOutReason> = new Set([
  'file_too_large',
  'snapshot_too_large',
  'unreadable',
  'being_written',
]);

/** What a task has done: the snapshots before and after it. */
export interface Work {
  before: string;
  after: string;
}

export interface TaskWorksOptions {
  /** The folder of the copies of all executions. */
  folder: string;
  record: ExecutionRecord;
  snapshots: RunSnapshots;
  /** The state of the execution as it is now. */
  state: () => ExecutionState;
}

/**
 * What the tasks of an execution have done in their copies, and how it is joined. What a task has done is the difference
 * between the snapshots before its first and after its last attempt. The work of several tasks is joined by adding one
 * difference after the other, in the order of the list.
 */
export class TaskWorks {
  /** The folder of the copies of this execution. */
  readonly folder: string;
  readonly #record: ExecutionRecord;
  readonly #snapshots: RunSnapshots;
  readonly #state: () => ExecutionState;
  readonly #owner: string;
  /** What tasks have done, by the label of it. */
  readonly #works = new Map<string, Promise<Work>>();

  constructor({ folder, record, snapshots, state }: TaskWorksOptions) {
    this.#record = record;
    this.#snapshots = snapshots;
    this.#state = state;
    this.#owner = snapshotOwner(record);
    this.folder = join(folder, this.#owner);
  }

  get tasks(): number {
    return this.#record.tasks.length;
  }

  /** Returns whether the work of a task counts: of variants, that of the one that was picked. What picks has none. */
  counts(task: number): boolean {
    return workCounts(this.#record.tasks, this.#state().tasks, task);
  }

  /** Returns the state of the task that picks one of several variants, of which this is one; null: it is not. */
  pickedBy(task: number): ReturnType<TaskWorks['stateOf']> | null {
    const by = this.#record.tasks.findIndex(({ picks }) => picks?.includes(task));
    return by === -1 ? null : this.stateOf(by + 1);
  }

  /** Returns the numbers of the variants of which a task picks one. */
  variantsOf(task: number): readonly number[] {
    return this.#record.tasks[task - 1]?.picks ?? [];
  }

  /** Returns whether a task, by number, works in a copy. */
  isApart(task: number): boolean {
    return graphOf(this.#record.tasks).apart.has(task - 1);
  }

  /**
   * Returns the last tasks among those that a task needs for which `has` is true: directly, or through others for which it
   * is not.
   */
  async lastWith(task: number, has: (task: number) => Promise<boolean>): Promise<number[]> {
    const found = new Set<number>();
    const left = [...this.#needs(task - 1)];
    const seen = new Set(left);
    for (let index = left.pop(); index !== undefined; index = left.pop()) {
      if (this.stateOf(index + 1).attempt > 0 && (await has(index + 1))) {
        found.add(index + 1);
        continue;
      }
      for (const one of this.#needs(index)) {
        if (!seen.has(one)) left.push(one);
        seen.add(one);
      }
    }
    return [...found].toSorted((one, other) => one - other);
  }

  /** Returns the folder of the copy of a task. */
  folderOf(task: number): string {
    return join(this.folder, String(task));
  }

  async store(): Promise<SnapshotStore> {
    return await this.#snapshots.store();
  }

  stateOf(task: number): Pick<TaskState, 'attempt' | 'status' | 'end' | 'warnings'> {
    return this.#state().tasks[task - 1] ?? { attempt: 0, status: 'pending', end: null, warnings: [] };
  }

  get hasBegun(): boolean {
    return this.#state().tasks.some(({ attempt }) => attempt > 0);
  }

  /** Returns the snapshot that a task begins with. Throws a NotJoinable. */
  async base(task: number): Promise<string> {
    const store = await this.store();
    const { all } = graphOf(this.#record.tasks);
    const [first, ...others] = this.#needs(task - 1);
    if (first === undefined) return this.#root(store);
    let base = await this.#leftBy(first + 1);
    const added = new Set([first, ...all(first)]);
    const missing = new Set(others.flatMap((other) => [...all(other), other]));
    for (const other of [...missing].toSorted((one, two) => one - two)) {
      if (added.has(other)) continue;
      added.add(other);
      if (this.stateOf(other + 1).attempt === 0 || !this.counts(other + 1)) continue;
      base = await this.merged(other + 1, { ...(await this.of(other + 1)), ours: base });
    }
    return base;
  }

  /** Returns the snapshot of `ours` with the work of a task. Throws a JoinConflict. */
  async merged(task: number, work: { before: string; after: string; ours: string }): Promise<string> {
    const names = { owner: this.#owner, label: this.label(task, 'merged') };
    return await mergeWork(await this.store(), { task, ...work }, names);
  }

  /** Returns whether an agent may still resolve what conflicts with the work of a task: a task that needs it has not begun. */
  mayResolve(task: number): boolean {
    if (this.#record.on_conflict !== 'agent' || this.#record.isolation === 'container') return false;
    const { all } = graphOf(this.#record.tasks);
    return this.#record.tasks.some(
      (_, index) => !isSettled(this.stateOf(index + 1).status) && all(index).includes(task - 1),
    );
  }

  /** Returns the label of what an agent has made of a conflict. */
  resolvedLabel(sides: ConflictSides): string {
    return resolvedLabel(this.#owner, sides);
  }

  /** Returns what a task has done. Found once for each attempt, while its copy is there. Throws a NotWhole. */
  async of(task: number): Promise<Work> {
    const label = this.workLabel(task, this.stateOf(task).attempt);
    const found = this.#works.get(label) ?? this.#find(task, label);
    this.#works.set(label, found);
    // What failed may not fail again.
    found.catch(() => this.#works.delete(label));
    return await found;
  }

  /**
   * Returns what an attempt has left that the workspace has already: its worker was lost before it could say so, or before
   * it had kept that the workspace has it. Null: there is none.
   */
  async lastAdded(task: number, now: { ours: Snapshot; workspace: string }): Promise<string | null> {
    const store = await this.store();
    for (let { attempt } = this.stateOf(task); attempt > 0; attempt -= 1) {
      const begun = store.labelled(this.joiningLabel(task, attempt));
      const isThere =
        store.labelled(this.joinedLabel(task, attempt)) !== null ||
        (begun !== null && (await this.#isStill(begun, now)));
      if (isThere)
        return store.labelled(this.workLabel(task, attempt)) ?? store.labelled(this.#after(task, attempt));
    }
    return null;
  }

  /** Returns the label of what a task begins with at first. */
  beforeLabel(task: number): string {
    return snapshotLabel({ execution: this.#owner, task, attempt: 1, when: 'before' });
  }

  joiningLabel(task: number, attempt: number): string {
    return this.label(task, attempt, 'joining');
  }

  joinedLabel(task: number, attempt: number): string {
    return joinedLabel(this.#owner, task, attempt);
  }

  workLabel(task: number, attempt: number): string {
    return workLabel(this.#owner, task, attempt);
  }

  /** The labels of what the workspace is. */
  get workspace(): ReturnType<typeof workspaceLabels> {
    return workspaceLabels(this.#owner);
  }

  label(...parts: (string | number)[]): string {
    return [this.#owner, ...parts].join(' ');
  }

  #after(task: number, attempt: number): string {
    return snapshotLabel({ execution: this.#owner, task, attempt, when: 'after' });
  }

  #root(store: SnapshotStore): string {
    const root = store.labelled(this.workspace.first);
    if (root === null) throw new Error('there is no snapshot of its workspace from before its tasks');
    return root;
  }

  /**
   * What the work of a task comes after, by index from 0. In place of variants: the one that was picked, or before that what
   * they need.
   */
  #needs(index: number): readonly number[] {
    const { needs } = graphOf(this.#record.tasks);
    const { picks } = this.#record.tasks[index] ?? {};
    const own = needs[index] ?? [];
    const [first] = picks ?? [];
    if (first === undefined) return own;
    const picked = this.stateOf(index + 1).end?.picked;
    const instead = picked ? [picked.task - 1] : (needs[first - 1] ?? []);
    const others = own.filter((one) => picks?.includes(one + 1) !== true);
    return [...new Set([...others, ...instead])].toSorted((one, other) => one - other);
  }

  /** What a settled task has left; one that was skipped, or has picked another one, has left what it would begin with. */
  async #leftBy(task: number): Promise<string> {
    if (this.stateOf(task).attempt === 0 || this.variantsOf(task).length > 0) return await this.base(task);
    return (await this.of(task)).after;
  }

  /** Returns whether the workspace has the files of a snapshot, those included that it ignores. */
  async #isStill(
    snapshot: string,
    { ours, workspace }: { ours: Snapshot; workspace: string },
  ): Promise<boolean> {
    const store = await this.store();
    const label = this.label('seen');
    const seen = await store.complete({ folder: workspace, earlier: snapshot, later: ours.id, label });
    return seen.tree === (await store.summary(snapshot)).tree;
  }

  /**
   * Throws a NotWhole where only the copy has all of the work of a task that completes. Where nothing is known of what
   * another one left, it has done nothing that could be joined.
   */
  async #find(task: number, label: string): Promise<Work> {
    const store = await this.store();
    const before = store.labelled(this.beforeLabel(task));
    if (before === null) throw new Error(`there is no snapshot of what task ${String(task)} has begun with`);
    const known = store.labelled(label);
    if (known !== null) return { before, after: known };
    const { status, attempt } = this.stateOf(task);
    const after = store.labelled(this.#after(task, attempt));
    const folder = this.folderOf(task);
    const mustBeWhole = isWhole(status);
    if (after === null && mustBeWhole) throw new NotWhole(task, null, folder);
    const isThere = (await lstat(folder).catch(() => null))?.isDirectory() === true;
    if (after === null || !isThere) return { before, after: after ?? before };
    const { id, lacks } = await store.complete({ folder, earlier: before, later: after, label });
    const lost = lacks.filter(({ why }) => LOST.has(why));
    if (lost.length === 0 || !mustBeWhole) return { before, after: id };
    // Nobody takes it for whole.
    await store.release([label]);
    throw new NotWhole(task, lost, folder);
  }
}

/** What has failed may have left a part. */
function isWhole(status: TaskStatus): boolean {
  return status === 'completed' || !isSettled(status);
}
