import type { TaskRecord } from './record.ts';
import type { TaskState } from './state.ts';

type Needing = Pick<TaskRecord, 'needs' | 'picks' | 'shared'>;

/** The needs of a list's tasks, by index from 0. */
interface Graph {
  needs: readonly (readonly number[])[];
  /** Returns what a task needs, directly or through others, in the order of the list. */
  all: (index: number) => number[];
  /** The tasks that may run while another one runs. */
  beside: ReadonlySet<number>;
  /** Those of them that work in copies, and those that pick the work of one. */
  apart: ReadonlySet<number>;
}

const known = new WeakMap<readonly Needing[], readonly (readonly number[])[]>();
const graphs = new WeakMap<readonly Needing[], Graph>();

/** Returns what each task of a list needs, by index from 0: without `needs`, the task before it. Computed once for a list. */
export function needsOf(tasks: readonly Needing[]): readonly (readonly number[])[] {
  const found = known.get(tasks);
  if (found) return found;
  const needs = tasks.map(({ needs: given }, index) =>
    given ? given.map((number) => number - 1) : index === 0 ? [] : [index - 1],
  );
  known.set(tasks, needs);
  return needs;
}

/** Returns whether an execution has tasks that may run at the same time, in copies. */
export function runsApart({ tasks }: { tasks: readonly Needing[] }): boolean {
  if (!tasks.some(({ needs }) => needs !== undefined)) return false;
  return graphOf(tasks).apart.size > 0;
}

/** Returns whether an execution has tasks that may run at the same time, in copies or in one workspace. */
export function runsBeside({ tasks }: { tasks: readonly Needing[] }): boolean {
  return tasks.some(({ needs }) => needs !== undefined) && graphOf(tasks).beside.size > 0;
}

/** Returns whether a task, by number, works in the workspace itself while others may run. */
export function sharesWorkspace(tasks: readonly Needing[], task: number): boolean {
  return tasks[task - 1]?.shared === true && graphOf(tasks).beside.has(task - 1);
}

/** Returns the graph of a list. Computed once for a list: its tasks never change. */
export function graphOf(tasks: readonly Needing[]): Graph {
  const found = graphs.get(tasks);
  if (found) return found;
  const needs = needsOf(tasks);
  // As bits: a thousand tasks may have half a million needs.
  const before: bigint[] = [];
  for (const direct of needs)
    before.push(direct.reduce((bits, one) => bits | (before[one] ?? 0n) | (1n << BigInt(one)), 0n));
  const all = (index: number) => indicesIn(before[index] ?? 0n);
  const related = tasks.map(() => 0);
  for (const index of tasks.keys())
    for (const one of all(index)) {
      related[index] = (related[index] ?? 0) + 1;
      related[one] = (related[one] ?? 0) + 1;
    }
  const indices = [...tasks.keys()];
  const beside = new Set(indices.filter((index) => (related[index] ?? 0) < tasks.length - 1));
  const isApart = (index: number) => beside.has(index) && tasks[index]?.shared !== true;
  const apart = new Set(indices.filter((index) => isApart(index) || tasks[index]?.picks));
  const graph = { needs, all, beside, apart };
  graphs.set(tasks, graph);
  return graph;
}

/**
 * Returns the numbers of the tasks that have not succeeded, as far as that is known. What nothing needed, and variants, count
 * by what picks one of them.
 */
export function missedTasks(
  tasks: readonly Pick<TaskRecord, 'variant' | 'picks'>[],
  states: readonly Pick<TaskState, 'status' | 'not_needed'>[],
): number[] {
  return states.flatMap(({ status, not_needed }, index) => {
    const { variant } = tasks[index] ?? {};
    const isMissed = status !== 'completed' && not_needed !== true;
    return isMissed && !(variant && isPicked(index, tasks, states)) ? [index + 1] : [];
  });
}

/** Returns whether one of the variants of a task has been picked; `index`: of one of them, from 0. */
export function isPicked(
  index: number,
  tasks: readonly Pick<TaskRecord, 'picks'>[],
  states: readonly Pick<TaskState, 'status'>[],
): boolean {
  const by = tasks.findIndex(({ picks }) => picks?.includes(index + 1));
  return states[by]?.status === 'completed';
}

/** Returns whether one of several variants was taken; `index`: from 0. Undefined: it is none, or none was taken so far. */
export function isTaken(
  index: number,
  tasks: readonly Pick<TaskRecord, 'variant' | 'picks'>[],
  states: readonly Pick<TaskState, 'status' | 'end'>[],
): boolean | undefined {
  if (!tasks[index]?.variant) return undefined;
  const { status, end } = states[tasks.findIndex(({ picks }) => picks?.includes(index + 1))] ?? {};
  return status === 'completed' && end?.picked ? end.picked.task === index + 1 : undefined;
}

/** Returns whether the work of a task counts: of variants, that of the one that was picked. What picks has none. */
export function workCounts(
  tasks: readonly Pick<TaskRecord, 'variant' | 'picks'>[],
  states: readonly Pick<TaskState, 'end'>[],
  task: number,
): boolean {
  const { variant, picks } = tasks[task - 1] ?? {};
  if (picks || !variant) return !picks;
  const by = tasks.findIndex((one) => one.picks?.includes(task));
  return states[by]?.end?.picked?.task === task;
}

/** Returns the tasks whose work a task, by number, begins with: of those that it needs, directly or through others. */
export function workBefore(
  tasks: readonly Pick<TaskRecord, 'needs' | 'picks' | 'shared' | 'variant'>[],
  states: readonly Pick<TaskState, 'attempt' | 'end'>[],
  task: number,
): number[] {
  const numbers = graphOf(tasks)
    .all(task - 1)
    .map((index) => index + 1);
  return numbers.filter((one) => (states[one - 1]?.attempt ?? 0) > 0 && workCounts(tasks, states, one));
}

function indicesIn(bits: bigint): number[] {
  const digits = bits.toString(2);
  const indices: number[] = [];
  for (let index = 0; index < digits.length; index += 1)
    if (digits[digits.length - 1 - index] === '1') indices.push(index);
  return indices;
}
