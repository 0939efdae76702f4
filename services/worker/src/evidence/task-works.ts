import { isSettled, type TaskStatus } from '@cc-executor/contracts';
import { graphOf, type ExecutionRecord, type ExecutionState } from '@cc-executor/executions';
import {
  snapshotOwner,
  type LeftOutReason,
  type Snapshot,
  type SnapshotStore,
} from '@cc-executor/workspaces';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { mergeWork } from './merge-work.ts';
import { NotWhole } from './not-joinable.ts';
import type { RunSnapshots } from './run-snapshots.ts';
import { WorkGraph } from './work-graph.ts';
import { WorkLabels } from './work-labels.ts';

/** Why a snapshot lacks a file that a task may have made. */
const LOST: ReadonlySet<LeftOutReason> = new Set([
  'file_too_large',
  'snapshot_too_large',
  'unreadable',
  'being_written',
]);

/** The work of a task: the snapshots before and after it. */
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
 * The work of an execution's tasks in their copies, and how it is merged. The work of a task is the difference
 * between the snapshots before its first and after its last attempt. The work of several tasks is joined by adding one
 * difference after the other, in the order of the list.
 */
export class TaskWorks {
  /** The folder of the copies of this execution. */
  readonly folder: string;
  readonly graph: WorkGraph;
  readonly labels: WorkLabels;
  readonly #record: ExecutionRecord;
  readonly #snapshots: RunSnapshots;
  readonly #owner: string;
  /** The works of tasks, by label. */
  readonly #works = new Map<string, Promise<Work>>();

  constructor({ folder, record, snapshots, state }: TaskWorksOptions) {
    this.#record = record;
    this.#snapshots = snapshots;
    this.#owner = snapshotOwner(record);
    this.graph = new WorkGraph(record, state);
    this.labels = new WorkLabels(this.#owner);
    this.folder = join(folder, this.#owner);
  }

  get executionId(): string {
    return this.#record.execution_id;
  }

  /** Returns the folder of the copy of a task. */
  folderOf(task: number): string {
    return join(this.folder, String(task));
  }

  async store(): Promise<SnapshotStore> {
    return await this.#snapshots.store();
  }

  /** Returns the snapshot that a task begins with. Throws a NotJoinable. */
  async base(task: number): Promise<string> {
    const store = await this.store();
    const { all } = graphOf(this.#record.tasks);
    const [first, ...others] = this.graph.needs(task);
    if (first === undefined) return this.#root(store);
    let base = await this.#leftBy(first);
    const added = new Set([first, ...all(first)]);
    const missing = new Set(others.flatMap((other) => [...all(other), other]));
    for (const other of [...missing].toSorted((one, two) => one - two)) {
      if (added.has(other)) continue;
      added.add(other);
      if (this.graph.stateOf(other).attempt === 0 || !this.graph.counts(other)) continue;
      base = await this.merged(other, { ...(await this.of(other)), ours: base });
    }
    return base;
  }

  /** Returns the snapshot of `ours` with the work of a task. Throws a JoinConflict. */
  async merged(task: number, work: { before: string; after: string; ours: string }): Promise<string> {
    const names = { owner: this.#owner, label: this.labels.of(task, 'merged') };
    return await mergeWork(await this.store(), { task, ...work }, names);
  }

  /** Returns what a task has done. Found once for each attempt, while its copy is there. Throws a NotWhole. */
  async of(task: number): Promise<Work> {
    const label = this.labels.work(task, this.graph.stateOf(task).attempt);
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
    for (let { attempt } = this.graph.stateOf(task); attempt > 0; attempt -= 1) {
      const begun = store.labelled(this.labels.joining(task, attempt));
      const isThere =
        store.labelled(this.labels.joined(task, attempt)) !== null ||
        (begun !== null && (await this.#isStill(begun, now)));
      if (isThere)
        return (
          store.labelled(this.labels.work(task, attempt)) ?? store.labelled(this.labels.after(task, attempt))
        );
    }
    return null;
  }

  #root(store: SnapshotStore): string {
    const root = store.labelled(this.labels.workspace.first);
    if (root === null) throw new Error('there is no snapshot of its workspace from before its tasks');
    return root;
  }

  /** Returns the snapshot after a settled task. For a task that was skipped, or has picked a variant, it is the beginning. */
  async #leftBy(task: number): Promise<string> {
    if (this.graph.stateOf(task).attempt === 0 || this.graph.variantsOf(task).length > 0)
      return await this.base(task);
    if (await this.#neverBegan(task)) return await this.base(task);
    const work = await this.of(task);
    if (!this.graph.isShared(task)) return work.after;
    // The workspace may have had the work of others.
    return await this.merged(task, { ...work, ours: await this.base(task) });
  }

  /** Returns whether a task has failed before its agent could change anything: its needs conflicted, or its worker was lost. */
  async #neverBegan(task: number): Promise<boolean> {
    const isWithout = (await this.store()).labelled(this.labels.before(task)) === null;
    return isWithout && (this.graph.isShared(task) || !isWhole(this.graph.stateOf(task).status));
  }

  /** Returns whether the workspace has the files of a snapshot, those included that it ignores. */
  async #isStill(
    snapshot: string,
    { ours, workspace }: { ours: Snapshot; workspace: string },
  ): Promise<boolean> {
    const store = await this.store();
    const label = this.labels.of('seen');
    const seen = await store.complete({ folder: workspace, earlier: snapshot, later: ours.id, label });
    return seen.tree === (await store.summary(snapshot)).tree;
  }

  /**
   * Throws a NotWhole where only the copy has all of the work of a task that completes. Where nothing is known of what
   * another one left, it has done nothing that could be joined.
   */
  async #find(task: number, label: string): Promise<Work> {
    const store = await this.store();
    const before = store.labelled(this.labels.before(task));
    if (await this.#neverBegan(task)) return { before: this.#root(store), after: this.#root(store) };
    if (before === null) throw new Error(`there is no snapshot of what task ${String(task)} has begun with`);
    const known = store.labelled(label);
    if (known !== null) return { before, after: known };
    const { status, attempt } = this.graph.stateOf(task);
    const after = store.labelled(this.labels.after(task, attempt));
    const folder = this.folderOf(task);
    // What only reads has left nothing, as far as is known.
    const mustBeWhole = isWhole(status) && !this.graph.isShared(task);
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

/** Returns whether the work must be complete. A failed task may have left a part. */
function isWhole(status: TaskStatus): boolean {
  return status === 'completed' || !isSettled(status);
}
