import { numbered, taskAt } from '@cc-executor/contracts/task-numbers';
import { counted } from '@cc-executor/contracts/english';
import {
  CcError,
  ExecuteRequest,
  invalidRequest,
  isTerminal,
  listIndexOf,
  parseOrThrow,
  placesOf,
  type AttemptEnd,
  type RerunRequest,
  type RepositoryRecord,
} from '@cc-executor/contracts';
import { isDeepStrictEqual } from 'node:util';
import { illegal } from '../change-state.ts';
import type { StoredExecution } from '../ports/store.ts';
import { graphOf, missedTasks, needsOf, runsBeside } from '../needs.ts';
import { notFound } from '../stored-execution.ts';
import { tasksOf } from '../make-record.ts';
import { carriedTasks, type ExecutionRecord, type RerunOf, type TaskRecord } from '../record.ts';
import { withPaths } from '../refuse-request.ts';
import type { TaskState } from '../state.ts';
import { storedBefore, storeList, type Submitter, type SubmitPorts } from '../submit.ts';
import { submissionOf } from '../submission-of.ts';
import type { RerunPlan } from './rerun-plan.ts';

export interface RerunPorts extends SubmitPorts {
  snapshots: {
    /**
     * Returns the snapshot that a task of an execution began with, or would have; null: none of it has begun. Throws
     * SNAPSHOT_NOT_FOUND, SNAPSHOT_GONE or SNAPSHOTS_UNAVAILABLE.
     */
    beginningOf: (execution: StoredExecution, task: number) => Promise<RerunOf['begins_with']>;
    /** Returns what has the work of some tasks of an execution, and of no others. Null and throws as `beginningOf`. */
    workOf: (execution: StoredExecution, tasks: readonly number[]) => Promise<RerunOf['begins_with']>;
  };
  workspaces: SubmitPorts['workspaces'] & { isThere: (name: string) => Promise<boolean> };
}

/**
 * Stores and queues a new execution of a list that takes over the results of the tasks before one, and runs that and the
 * rest. Returns its id and how many tasks it has. Throws EXECUTION_NOT_FOUND, ILLEGAL_STATE where the workspace is to be
 * kept and the execution has not ended, what `beginningOf` throws, and what `submit` does. Stores nothing then.
 */
export async function rerun(
  ports: RerunPorts,
  executionId: string,
  request: RerunRequest,
  by: Submitter,
): Promise<{ executionId: string; tasks: TaskRecord[] }> {
  const body = { rerun_of: executionId, ...request };
  const before = await storedBefore(ports, body, by);
  if (before !== null) return { executionId: before, tasks: (await readStored(ports, before)).record.tasks };
  const stored = await readStored(ports, executionId);
  const { record, state } = stored;
  const from = firstOf(stored, request);
  const list = listFrom(stored, from, request);
  const keeps = request.workspace === 'keep';
  if (keeps) await refuseKeeping(ports, stored);
  const taken = takenFrom(stored, from, request);
  const numbers = carriedTasks(taken);
  const again: RerunPlan = {
    rerun: {
      execution_id: executionId,
      ...taken,
      takes_over: keptBy(stored),
      keeps_workspace: keeps,
      begins_with: keeps ? null : await beginning(ports, stored, taken.from, numbers),
    },
    tasks: list.tasks,
    carried: numbers.flatMap((number) => {
      const task = taskAt(state.tasks, number);
      // A variant that failed beside the one that was taken is no result.
      return task?.status === 'completed' && task.end
        ? [{ task: number, data: carriedOf(record, task, task.end) }]
        : [];
    }),
    repository: async (id, isOwner) => await repositoryFor(ports, record.repository, { id, isOwner, keeps }),
  };
  const { workspace: _, repository: __, ...rest } = list.request;
  const place = keeps ? { workspace: record.workspace } : {};
  const id = await storeList(ports, { request: { ...rest, ...place }, body, again }, by);
  return { executionId: id, tasks: list.tasks };
}

async function readStored({ store }: Pick<RerunPorts, 'store'>, id: string): Promise<StoredExecution> {
  const stored = await store.read(id);
  if (!stored) throw notFound(id);
  return stored;
}

/** An execution that never began has no data yet. */
function keptBy({ record, state }: StoredExecution): RerunOf['takes_over'] {
  const { execution_id, uuid, rerun: earlier } = record;
  return state.summary.started_at === null && earlier ? earlier.takes_over : { execution_id, uuid };
}

function firstOf(stored: StoredExecution, request: RerunRequest): number {
  const { record, state } = stored;
  const { from: asked, tasks } = request;
  const fault = (message: string) => invalidRequest([{ path: 'from', message }]);
  // What nothing needed is skipped again.
  const failed = unfinished(stored, request)[0] ?? 0;
  if (asked === 'failed') {
    if (failed > 0) return withItsVariants(record, failed);
    const why = state.status === 'failed' && state.reason !== null ? ` (it failed: ${state.reason})` : '';
    throw fault(`is "failed", and all its tasks have completed${why}; name a task`);
  }
  const total = record.tasks.length;
  // What is appended to a list that is done begins after its last task.
  const last = tasks === undefined ? total : total + 1;
  if (asked > last) throw fault(`is ${String(asked)}, and it has ${counted(total, 'task')}`);
  if (failed > 0 && failed < asked) {
    const { status = '' } = taskAt(state.tasks, failed) ?? {};
    const why =
      status === 'completed'
        ? `the work of task ${String(failed)} before it could not be joined with that of others`
        : `task ${String(failed)} before it has not completed (${status})`;
    const earliest = withItsVariants(record, failed);
    const from = earliest === 1 ? '1' : `${String(earliest)} or before`;
    throw fault(`is ${String(asked)}, but ${why}; rerun from ${from}`);
  }
  const first = withItsVariants(record, asked);
  if (first === asked) return asked;
  const what = taskAt(record.tasks, asked)?.picks
    ? 'picks one of several variants'
    : 'is one of several variants';
  throw fault(
    `is ${String(asked)}, but that task ${what}, which run again together; rerun from ${String(first)}`,
  );
}

/**
 * Returns the tasks that a rerun has to run, by number: those that have not succeeded, and those whose work could not be
 * joined with that of others, which begin with that in a rerun. In a workspace that is kept a person may have joined it.
 */
function unfinished({ record, state }: StoredExecution, { workspace }: RerunRequest): number[] {
  const missed = new Set(missedTasks(record.tasks, state.tasks));
  if (workspace !== 'keep')
    for (const [task, { status, carried_from, warnings }] of numbered(state.tasks)) {
      const isApart = status === 'completed' && !carried_from;
      if (isApart && warnings.some(({ code }) => code === 'not_joined')) missed.add(task);
    }
  return [...missed].toSorted((one, other) => one - other);
}

/** A task that picks needs all variants of this execution, and they begin together. */
function withItsVariants({ tasks }: ExecutionRecord, task: number): number {
  const { variant, picks } = taskAt(tasks, task) ?? {};
  return picks?.[0] ?? task - (variant?.number ?? 1) + 1;
}

function carriedOf(
  { execution_id, uuid }: ExecutionRecord,
  { attempt, carried_from }: TaskState,
  end: AttemptEnd,
): RerunPlan['carried'][number]['data'] {
  const own = { execution_id, execution_uuid: uuid, attempt, receipt: end.receipt };
  return { from: carried_from ?? own, end };
}

/** The whole list, and its tasks as they are stored: those that are the same are the records that there are. */
function listFrom(
  { record }: StoredExecution,
  from: number,
  { tasks: given }: RerunRequest,
): { request: ExecuteRequest; tasks: TaskRecord[] } {
  const submitted = submissionOf(record);
  if (given === undefined) return { request: submitted, tasks: record.tasks };
  const places = placesOf(submitted.tasks);
  const before = places.findIndex(({ first }) => first >= from - 1);
  const kept = before === -1 ? places.length : before;
  const whole = { ...submitted, tasks: [...submitted.tasks.slice(0, kept), ...given] };
  let request: ExecuteRequest;
  try {
    request = parseOrThrow(ExecuteRequest, whole);
  } catch (error) {
    if (!(error instanceof CcError)) throw error;
    throw withPaths(error, (path) => asGiven(path, kept));
  }
  const now = placesOf(request.tasks);
  const tasks = tasksOf(request).map((task, index) => {
    if (index < from - 1) return record.tasks[index] ?? task;
    const item = listIndexOf(now, index);
    const variant = index - (now[item]?.first ?? index);
    const same = [item, ...submitted.tasks.keys()].find((at) =>
      isDeepStrictEqual(submitted.tasks[at], request.tasks[item]),
    );
    if (same === undefined) return task;
    // What may be secret of MCP servers is in the record alone; what it needs may have other numbers now.
    const known = record.tasks[(places[same]?.first ?? same) + variant] ?? task;
    return { ...task, options: known.options };
  });
  return { request, tasks };
}

/** Where a fault of the whole list is in the tasks that were given. */
function asGiven(path: string, before: number): string {
  return path.replace(/^tasks\[(\d+)\]/, (whole, index: string) =>
    Number(index) < before ? whole : `tasks[${String(Number(index) - before)}]`,
  );
}

/**
 * Returns the first task that is run, and which ones are carried over: those behind it as well that need none that runs.
 * Where tasks are given or the workspace is kept, all behind it run.
 */
function takenFrom(
  stored: StoredExecution,
  from: number,
  request: RerunRequest,
): Pick<RerunOf, 'from' | 'carried'> {
  const { record, state } = stored;
  const { from: asked, tasks, workspace } = request;
  if (asked !== 'failed' || tasks !== undefined || workspace === 'keep' || !runsBeside(record))
    return { from };
  const runs = withFollowers(record.tasks, unfinished(stored, request));
  const carried = numbered(state.tasks).flatMap(([task, { status }]) =>
    status === 'completed' && !runs.has(task) ? [task] : [],
  );
  return { from: Math.min(...runs), carried };
}

/** Returns tasks with all that need them. What picks one of several is run with all of these, by number. */
function withFollowers(tasks: readonly TaskRecord[], first: readonly number[]): ReadonlySet<number> {
  const runs = new Set(first);
  for (let size = -1; size !== runs.size;) {
    ({ size } = runs);
    for (const [task, { picks = [] }] of numbered(tasks)) {
      if (needsOf(tasks, task).some((one) => runs.has(one))) runs.add(task);
      if (runs.has(task)) for (const variant of picks) runs.add(variant);
    }
  }
  return runs;
}

/**
 * The beginning of a task has all earlier work only if the task needs all of it: independent tasks did not see each other's
 * work.
 */
async function beginning(
  { snapshots }: Pick<RerunPorts, 'snapshots'>,
  stored: StoredExecution,
  from: number,
  carried: readonly number[],
): Promise<RerunOf['begins_with']> {
  const { record, state } = stored;
  const { attempt = 0, end = null } = taskAt(state.tasks, from) ?? {};
  // One whose needs could not be joined has begun with nothing.
  const isAlone =
    !runsBeside(record) ||
    (attempt > 0 &&
      end?.outcome !== 'merge_conflict' &&
      graphOf(record.tasks).all(from).length === from - 1 &&
      carried.length === from - 1);
  const again = record.rerun?.carried?.find((task) => !carried.includes(task));
  if (again === undefined)
    return isAlone ? await snapshots.beginningOf(stored, from) : await snapshots.workOf(stored, carried);
  const message = `is "restore", and the workspace began with the work of task ${String(again)}, which would run again; rerun from "failed", or rerun ${record.rerun?.execution_id ?? ''}`;
  throw invalidRequest([{ path: 'workspace', message }]);
}

async function refuseKeeping(
  { workspaces }: Pick<RerunPorts, 'workspaces'>,
  { record, state: { status } }: StoredExecution,
): Promise<void> {
  if (!isTerminal(status))
    throw illegal(
      status,
      'rerun in its own workspace',
      'Wait for its end or cancel it, or rerun it with the workspace "restore".',
    );
  if (await workspaces.isThere(record.workspace)) return;
  throw invalidRequest([
    { path: 'workspace', message: `is "keep", and its folder ${record.workspace} is not there any more` },
  ]);
}

/** A clone that is kept keeps its branch; a new one gets a new branch. Whether it may be named is checked again. */
async function repositoryFor(
  { repositories }: Pick<RerunPorts, 'repositories'>,
  of: RepositoryRecord | undefined,
  { id, isOwner, keeps }: { id: string; isOwner: boolean; keeps: boolean },
): Promise<RepositoryRecord | null> {
  if (!of) return null;
  if (!repositories)
    throw invalidRequest([{ path: '', message: 'a repository can be named over REST only' }]);
  const branch = `cc-executor/${id}`;
  const { path } = await repositories.find({ ...of, ref: of.commit ?? of.ref, branch }, isOwner);
  return keeps ? of : { ...of, path, branch };
}
