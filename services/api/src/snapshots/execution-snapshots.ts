import { numbered, taskAt } from '@cc-executor/contracts/task-numbers';
import { counted } from '@cc-executor/contracts/english';
import { CcError, type ErrorCode } from '@cc-executor/contracts';
import {
  graphOf,
  notFound,
  sharesWorkspace,
  whyNotRun,
  workCounts,
  type ExecutionStore,
  type StoredExecution,
} from '@cc-executor/executions';
import {
  findSnapshot,
  joinedLabel,
  openSnapshots,
  SnapshotError,
  snapshotFolder,
  snapshotOwner,
  workLabel,
  workspaceLabels,
  type SnapshotFault,
  type Snapshots,
} from '@cc-executor/workspaces';

export interface SnapshotPorts {
  store: Pick<ExecutionStore, 'read'>;
  /** The folder of all snapshots. */
  folder: string;
  /** The PATH for git. */
  path: string | undefined;
}

/** Reads an execution's snapshots. */
export class ExecutionSnapshots {
  readonly execution: StoredExecution;
  readonly snapshots: Snapshots;
  readonly #labels: ReadonlyMap<string, string>;

  private constructor(execution: StoredExecution, snapshots: Snapshots) {
    this.execution = execution;
    this.snapshots = snapshots;
    this.#labels = snapshots.labels();
  }

  /** Throws EXECUTION_NOT_FOUND, SNAPSHOT_NOT_FOUND if it has none, SNAPSHOT_GONE, SNAPSHOTS_UNAVAILABLE. */
  static async open({ store, folder, path }: SnapshotPorts, id: string): Promise<ExecutionSnapshots> {
    const execution = await store.read(id);
    if (!execution) throw notFound(id);
    const stored = snapshotFolder(folder, execution.record);
    try {
      return new ExecutionSnapshots(execution, await openSnapshots(stored, { path }));
    } catch (error) {
      if (!(error instanceof SnapshotError) || error.fault !== 'unknown_snapshot')
        throw snapshotFailure(error);
      const known = execution.state.tasks.some(({ snapshots = [] }) => snapshots.length > 0);
      if (known) throw new CcError('SNAPSHOT_GONE', GONE, {}, { cause: error });
      throw new CcError('SNAPSHOT_NOT_FOUND', NEVER_TAKEN, {}, { cause: error });
    }
  }

  /** Returns the id of the snapshot before an attempt. Throws TASK_NOT_FOUND, SNAPSHOT_NOT_FOUND or SNAPSHOT_GONE. */
  before(task: number, attempt = 1): string {
    return this.#find(task, attempt, 'before');
  }

  /** Returns the id of the snapshot after an attempt; default: the last. Throws as `before`. */
  after(task: number, attempt?: number): string {
    const now = this.#task(task);
    return this.#find(task, attempt ?? Math.max(now.attempt, 1), 'after');
  }

  /** Returns the id of what a completed task has left, with what its workspace ignores if it ran in a copy. Throws as `before`. */
  whole(task: number): string {
    const label = workLabel(snapshotOwner(this.execution.record), task, this.#task(task).attempt);
    return this.#labels.get(label) ?? this.after(task);
  }

  /**
   * Returns the id of what the workspace was once a task was done. Of one in a copy that is when its work was joined, and of
   * one that picks a variant, the work of that. Throws as `before`, and SNAPSHOT_NOT_FOUND if the workspace never had it.
   */
  workspaceAfter(task: number): string {
    const { record, state } = this.execution;
    const of = this.#task(task).end?.picked?.task ?? task;
    const left = this.after(of);
    if (!this.ranApart(of)) return left;
    const joined = this.#labels.get(joinedLabel(snapshotOwner(record), of, this.#task(of).attempt));
    if (joined !== undefined) return joined;
    const { status } = this.#task(of);
    const why = !workCounts(record.tasks, state.tasks, of)
      ? 'only the work of a variant that was picked is'
      : status === 'completed'
        ? 'it is not joined with that of others'
        : `the task is ${status.replace('_', ' ')}`;
    throw new CcError(
      'SNAPSHOT_NOT_FOUND',
      `Task ${String(of)} worked in a copy, and its work was not added to the workspace: ${why}. Its own changes are there still (cc-executor diff --task ${String(of)}).`,
    );
  }

  /**
   * Returns the id of the newest snapshot of the workspace: what tasks in copies have done is there once it is joined. Throws
   * SNAPSHOT_NOT_FOUND or SNAPSHOT_GONE.
   */
  newest(): string {
    const { last, joined } = this.#last();
    if (joined !== null) return joined;
    for (let { attempt } = this.#task(last); attempt > 0; attempt -= 1) {
      const found = this.#known(last, attempt, 'after') ?? this.#known(last, attempt, 'before');
      if (found !== null) return found;
    }
    return this.before(last);
  }

  /** Returns the id of the snapshot of the workspace before the last task there, or the last join. Throws as `newest`. */
  previous(): string {
    const { last, joined, before } = this.#last();
    return joined === null ? this.before(last) : before;
  }

  /** Returns the id of the snapshot that the execution began with. Throws as `newest`. */
  start(): string {
    const task = this.#begun(() => true)[0];
    if (task === undefined) throw new CcError('SNAPSHOT_NOT_FOUND', 'No task of it has begun.');
    return this.#labels.get(this.#workspace.first) ?? this.before(task);
  }

  /** Returns the id of the snapshot at a point: `before:3`, `after:3`, `now`. Throws as `before`. */
  at(point: string): string {
    const [when, task] = point.split(':');
    if (when === 'before') return this.before(Number(task));
    return when === 'after' ? this.workspaceAfter(Number(task)) : this.newest();
  }

  /** Returns whether a task, by number, works in a copy. Where no copies could be made, none does. */
  ranApart(task: number): boolean {
    const { tasks } = this.execution.record;
    return this.#labels.has(this.#workspace.first) && graphOf(tasks).apart.has(task);
  }

  /** Returns the last task that began in the workspace itself, or else what was joined there since. Throws as `start`. */
  #last(): { last: number; joined: null; before?: never } | { last: number; joined: string; before: string } {
    const { record } = this.execution;
    const { last: now, previous } = this.#workspace;
    const isShared = (task: number) => sharesWorkspace(record.tasks, task);
    const last = this.#begun((task) => !this.ranApart(task) && !isShared(task)).at(-1) ?? 0;
    const owner = snapshotOwner(record);
    // A task in the workspace alone comes after or before each other one, in the order of the list.
    const isJoined = this.#begun((task) => task > last).some((task) =>
      isShared(task)
        ? this.#known(task, this.#task(task).attempt, 'after') !== null
        : this.#labels.has(joinedLabel(owner, task, this.#task(task).attempt)),
    );
    if (!isJoined && last > 0) return { last, joined: null };
    const start = this.start();
    if (!isJoined) return { last, joined: start, before: start };
    const joined = this.#labels.get(now) ?? start;
    return { last, joined, before: this.#labels.get(previous) ?? start };
  }

  get #workspace() {
    return workspaceLabels(snapshotOwner(this.execution.record));
  }

  /** Returns the numbers of the tasks that have begun here, of those for which `is` is true. */
  #begun(is: (task: number) => boolean): number[] {
    return numbered(this.execution.state.tasks).flatMap(([task, { attempt }]) =>
      attempt > 0 && is(task) ? [task] : [],
    );
  }

  #task(task: number) {
    const found = taskAt(this.execution.state.tasks, task);
    if (found) return found;
    const { execution_id: id } = this.execution.record;
    throw new CcError('TASK_NOT_FOUND', `The execution "${id}" has no task ${String(task)}.`);
  }

  #known(task: number, attempt: number, when: 'before' | 'after'): string | null {
    const place = { execution: snapshotOwner(this.execution.record), task, attempt, when };
    return this.#task(task).snapshots?.[attempt - 1]?.[when] ?? findSnapshot(this.#labels, place);
  }

  #find(task: number, attempt: number, when: 'before' | 'after'): string {
    const { attempt: last, status, carried_from } = this.#task(task);
    if (carried_from)
      throw new CcError(
        'SNAPSHOT_NOT_FOUND',
        `Task ${String(task)} was not run here: its snapshots are those of execution ${carried_from.execution_id}.`,
      );
    const why = whyNotRun(this.execution, task);
    if (why !== null)
      throw new CcError('SNAPSHOT_NOT_FOUND', `Task ${String(task)} has changed nothing. ${why}`);
    if (last === 0) throw new CcError('SNAPSHOT_NOT_FOUND', `Task ${String(task)} has not begun.`);
    if (attempt > last)
      throw new CcError('SNAPSHOT_NOT_FOUND', `Task ${String(task)} has had ${counted(last, 'attempt')}.`);
    const found = this.#known(task, attempt, when);
    if (found !== null) return found;
    if (status === 'running' && when === 'after' && attempt === last)
      throw new CcError(
        'SNAPSHOT_NOT_FOUND',
        `Task ${String(task)} is running: ask again when it has ended.`,
      );
    throw new CcError('SNAPSHOT_NOT_FOUND', NEVER_TAKEN);
  }
}

const NEVER_TAKEN =
  'No snapshot was taken there: snapshots were switched off (CC_EXECUTOR_SNAPSHOTS), there was no git, an earlier version ran it, or the task failed before it began to work.';
const GONE =
  'The snapshots of this execution were removed with old executions (CC_EXECUTOR_KEEP_DAYS, CC_EXECUTOR_KEEP_EXECUTIONS), or from the data directory by hand.';

const CODES: Readonly<Partial<Record<SnapshotFault, ErrorCode>>> = {
  unknown_snapshot: 'SNAPSHOT_GONE',
  unknown_path: 'FILE_NOT_FOUND',
  git_missing: 'SNAPSHOTS_UNAVAILABLE',
  git_too_old: 'SNAPSHOTS_UNAVAILABLE',
  git_failed: 'SNAPSHOTS_UNAVAILABLE',
  damaged: 'SNAPSHOTS_UNAVAILABLE',
  store_busy: 'WORKSPACE_BUSY',
  not_a_folder: 'FILE_NOT_FOUND',
};

/** Returns the error for a failure of the snapshot store; other errors are returned unchanged. */
export function snapshotFailure(error: unknown): unknown {
  if (!(error instanceof SnapshotError)) return error;
  const code = CODES[error.fault];
  if (code === undefined) return error;
  return new CcError(code, code === 'SNAPSHOT_GONE' ? GONE : error.message, {}, { cause: error });
}
