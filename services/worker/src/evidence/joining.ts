import type { WorkspaceScan } from '@cc-executor/evidence/workspace';
import { isSettled } from '@cc-executor/contracts';
import { noRoomIn } from './no-room.ts';
import { JoinConflict, NotJoinable, refuseKept } from './not-joinable.ts';
import type { RunSnapshots } from './run-snapshots.ts';
import type { TaskWorks } from './task-works.ts';

/** The workspace, and its scan. */
interface Seen {
  workspace: string;
  scan: WorkspaceScan;
}

/** Why the workspace does not have all the work that it should have. */
export interface NotAdded {
  /** For people. */
  why: string;
  /** True: there is no room for it now, and it can be added later. */
  isForNow: boolean;
}

interface JoiningOptions {
  works: TaskWorks;
  snapshots: RunSnapshots;
  /** Scans the workspace. */
  see: () => Promise<Seen>;
  /** Waits until it is certain whether this worker still has the lease, and returns that. */
  isCertain: () => Promise<boolean>;
  /** Called when the files of the workspace have the work of a task. */
  onAdded: (task: number) => Promise<void>;
  /** Called once for a completed task whose work can't be added; `why`: for people. */
  onFailed: (task: number, why: string) => Promise<void>;
}

/**
 * Adds the work of tasks in copies to the workspace. One after the other, since the workspace has one state; and beside the
 * tasks that run, since none of those works there.
 */
export class Joining {
  readonly #options: JoiningOptions;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  /** The attempts whose work the workspace has, by their labels. */
  readonly #joined = new Set<string>();
  /** Why the work of completed tasks could not be added, by task, until it is. */
  readonly #failed = new Map<number, { why: string; isFinal: boolean }>();

  constructor(options: JoiningOptions) {
    this.#options = options;
  }

  /**
   * Adds what the workspace does not have yet of what has completed, except what can never be added. Returns why not all of it
   * is there; null: it is. Never rejects.
   */
  async rest(): Promise<NotAdded | null> {
    const { works } = this.#options;
    return await this.#alone(async () => {
      let noRoom: string | null = null;
      for (const task of await this.#pending('completed')) {
        if (this.#failed.get(task)?.isFinal === true) continue;
        try {
          await this.#add(task);
        } catch (error) {
          // It is tried again when a task that needs both sides has had the conflict resolved.
          if (error instanceof JoinConflict && works.graph.mayResolve(task)) continue;
          const forNow = noRoomIn(error);
          if (forNow !== null) {
            noRoom ??= forNow;
            continue;
          }
          const isReported = this.#failed.has(task);
          const { message } = error as Error;
          this.#failed.set(task, { why: message, isFinal: error instanceof NotJoinable });
          if (!isReported) await this.#options.onFailed(task, message);
        }
      }
      const [failed] = this.#failed.values();
      if (failed !== undefined) return { why: failed.why, isForNow: false };
      return noRoom === null ? null : { why: noRoom, isForNow: true };
    }).catch((error: unknown) => {
      const forNow = noRoomIn(error);
      return { why: forNow ?? (error as Error).message, isForNow: forNow !== null };
    });
  }

  /** Adds everything that has settled. Throws a NotJoinable at the first that can't be added. */
  async settled(): Promise<void> {
    await this.#alone(async () => {
      for (const task of await this.#pending('settled')) await this.#add(task);
    });
  }

  /** Adds what a task needs that has settled, for one that begins in the workspace. Throws a NotJoinable. */
  async neededBy(task: number): Promise<void> {
    await this.#alone(async () => {
      for (const one of await this.#pending('settled'))
        if (this.#options.works.graph.isBefore(one, task)) await this.#add(one);
    });
  }

  /** Returns whether the workspace has all that a task needs. */
  async hasNeeds(task: number): Promise<boolean> {
    const pending = await this.#pending('settled');
    return !pending.some((one) => this.#options.works.graph.isBefore(one, task));
  }

  /** Adds the work of one task. Throws a NotJoinable. */
  async one(task: number): Promise<void> {
    await this.#alone(async () => await this.#add(task));
  }

  /** Resolves when nothing is being added any more. Nothing is added after that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const joined = this.#last.then(async () => {
      if (this.#isClosed) throw new Error('The execution is not here any more.');
      return await work();
    });
    this.#last = joined.catch(() => undefined);
    return await joined;
  }

  /** Returns the tasks whose work the workspace does not have yet: that has completed, or all that has settled. */
  async #pending(which: 'completed' | 'settled'): Promise<number[]> {
    const { works } = this.#options;
    const store = await works.store();
    const pending: number[] = [];
    for (let task = 1; task <= works.graph.tasks; task += 1) {
      const { status, attempt } = works.graph.stateOf(task);
      const isIt = which === 'completed' ? status === 'completed' : isSettled(status);
      if (!isIt || attempt === 0 || !works.graph.isApart(task) || !works.graph.counts(task)) continue;
      const label = works.labels.joined(task, attempt);
      if (this.#joined.has(label)) continue;
      if (store.labelled(label) === null) pending.push(task);
      else this.#joined.add(label);
    }
    return pending;
  }

  /** Nothing has changed in the workspace where it throws a NotJoinable. Nothing may run there. */
  async #add(task: number): Promise<void> {
    const { works, snapshots, see, onAdded } = this.#options;
    const { workspace, scan } = await see();
    await scan.changes();
    await this.#mustBeHeld();
    const store = await works.store();
    const { attempt } = works.graph.stateOf(task);
    const joined = works.labels.joined(task, attempt);
    const work = await works.of(task);
    const ours = await snapshots.takeAs(workspace, scan, works.labels.of('joining'));
    const before = (await works.lastAdded(task, { ours, workspace })) ?? work.before;
    const theirs = await works.merged(task, { before, after: work.after, ours: ours.id });
    if (theirs !== ours.id) {
      await store.keep(theirs, works.labels.joining(task, attempt));
      const { changed, removed, folders, previous } = await scan.state();
      const label = works.labels.of('left');
      const request = { folder: workspace, changed, removed, folders, previous, label, to: theirs };
      // Scans, merges and a restore may each take longer than a lease.
      await this.#mustBeHeld();
      const { kept } = await store.restore(request);
      await refuseKept(store, theirs, kept, 'not all of it could be added to the workspace');
      await this.#mustBeHeld();
      await onAdded(task);
      await scan.changes();
      const { id } = await snapshots.takeAs(workspace, scan, works.labels.workspace.last);
      await store.keep(ours.id, works.labels.workspace.previous);
      await store.keep(id, joined);
    } else {
      await this.#mustBeHeld();
      await onAdded(task);
      for (const label of [works.labels.workspace.last, works.labels.workspace.previous, joined])
        await store.keep(ours.id, label);
    }
    this.#failed.delete(task);
  }

  /** Throws where another worker has the execution, or may have it. */
  async #mustBeHeld(): Promise<void> {
    if (!(await this.#options.isCertain())) throw new Error('Another worker holds the execution now.');
  }
}
