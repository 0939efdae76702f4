import { taskAt } from '@cc-executor/contracts/task-numbers';
import { CcError } from '@cc-executor/contracts';
import { notFound, workCounts, type RerunOf, type StoredExecution } from '@cc-executor/executions';
import { ExecutionSnapshots, snapshotFailure, type SnapshotPorts } from './execution-snapshots.ts';

/**
 * Returns the snapshot that a task of an execution began with, or would have, and the execution that has it; null: nothing
 * of it has begun. Throws SNAPSHOT_NOT_FOUND, SNAPSHOT_GONE or SNAPSHOTS_UNAVAILABLE.
 */
export async function beginningOf(
  ports: SnapshotPorts,
  { record, state }: StoredExecution,
  task: number,
): Promise<RerunOf['begins_with']> {
  const own = taskAt(state.tasks, task);
  if (own?.carried_from) return await inOrigin(ports, own.carried_from.execution_id, task);
  if ((own?.attempt ?? 0) > 0) return await found(ports, record, (snapshots) => snapshots.before(task));
  // Nothing has changed between the last task that ran before it and itself: those in between were skipped.
  for (let before = task - 1; before > 0 && before !== (record.rerun?.from ?? 1) - 1; before -= 1)
    if ((taskAt(state.tasks, before)?.attempt ?? 0) > 0)
      return await found(ports, record, (snapshots) => snapshots.after(before));
  return await beganWith(ports, record);
}

/** Returns what an execution began with of which no task has begun. */
async function beganWith(
  ports: SnapshotPorts,
  { rerun }: StoredExecution['record'],
): Promise<RerunOf['begins_with']> {
  if (!rerun?.keeps_workspace) return rerun?.begins_with ?? null;
  const origin = await ports.store.read(rerun.execution_id);
  if (!origin) throw notFound(rerun.execution_id);
  const hasBegun = origin.state.tasks.some(({ attempt }) => attempt > 0);
  if (!hasBegun) return await beganWith(ports, origin.record);
  return await found(ports, origin.record, (snapshots) => snapshots.newest());
}

/**
 * Returns what has the work of some tasks of an execution, and of no others: what the first of them began with, and what each
 * of them has done. They need no others. Null: it began with nothing, and none of them has run here. Throws as
 * `beginningOf`.
 */
export async function workOf(
  ports: SnapshotPorts,
  { record, state }: StoredExecution,
  tasks: readonly number[],
): Promise<RerunOf['begins_with']> {
  // What was carried over is in what the others began with.
  const own = tasks.filter((task) => {
    const { status, carried_from } = taskAt(state.tasks, task) ?? {};
    return status === 'completed' && !carried_from && workCounts(record.tasks, state.tasks, task);
  });
  const [first] = own;
  if (first === undefined) return await beganWith(ports, record);
  const opened = await ExecutionSnapshots.open(ports, record.execution_id);
  const joins = own.map((task) => ({ task, before: opened.before(task), after: opened.whole(task) }));
  // The workspace may have had the work of others when one began that shares it.
  const begun = await found(ports, record, () =>
    taskAt(record.tasks, first)?.shared === true ? opened.start() : opened.before(first),
  );
  return begun && { ...begun, joins };
}

/** A task that was carried over has begun in the execution that ran it. */
async function inOrigin(ports: SnapshotPorts, id: string, task: number): Promise<RerunOf['begins_with']> {
  const origin = await ports.store.read(id);
  if (!origin) throw notFound(id);
  return await beginningOf(ports, origin, task);
}

async function found(
  ports: SnapshotPorts,
  { execution_id, uuid, workspace, workspace_path }: StoredExecution['record'],
  find: (snapshots: ExecutionSnapshots) => string,
): Promise<RerunOf['begins_with']> {
  const opened = await ExecutionSnapshots.open(ports, execution_id);
  const snapshot = find(opened);
  // It may be known, and removed.
  await opened.snapshots.summary(snapshot).catch((error: unknown) => {
    throw snapshotFailure(error);
  });
  return { execution_id, uuid, workspace, workspace_path, snapshot };
}

/** Adds to an error that there is no snapshot to begin with what can be done without. */
export function withoutSnapshot(error: unknown): unknown {
  if (!(error instanceof CcError) || !['SNAPSHOT_NOT_FOUND', 'SNAPSHOT_GONE'].includes(error.code))
    return error;
  const hint = 'Rerun it with the workspace "keep", which needs none; or submit the list again.';
  return new CcError(error.code, `${error.message} ${hint}`, error.details, { cause: error });
}
