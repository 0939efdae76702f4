import { numbered, taskAt, taskNumbers } from '@cc-executor/contracts/task-numbers';
import type { TaskRecord } from './record.ts';
import type { TaskState } from './state.ts';

type Needing = Pick<TaskRecord, 'needs' | 'picks' | 'shared'>;

/** The needs of a list's tasks; tasks by number. */
interface Graph {
  /** Returns what a task needs directly. */
  needs: (task: number) => readonly number[];
  /** Returns what a task needs, directly or through others, in the order of the list. */
  all: (task: number) => number[];
  /** The tasks that may run while another one runs. */
  beside: ReadonlySet<number>;
  /** Those of them that work in copies, and those that pick the work of one. */
  apart: ReadonlySet<number>;
}

const graphs = new WeakMap<readonly Needing[], Graph>();

/** Returns the numbers of the tasks that a task of a list needs: without `needs`, the task before it. */
export function needsOf(tasks: readonly Needing[], task: number): readonly number[] {
  return taskAt(tasks, task)?.needs ?? (task > 1 ? [task - 1] : []);
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
  return taskAt(tasks, task)?.shared === true && graphOf(tasks).beside.has(task);
}

/** Returns the graph of a list. Computed once for a list: its tasks never change. */
export function graphOf(tasks: readonly Needing[]): Graph {
  const found = graphs.get(tasks);
  if (found) return found;
  const numbers = taskNumbers(tasks.length);
  const needs = (task: number) => needsOf(tasks, task);
  // As bits: a thousand tasks may have half a million needs. Both arrays are by number, so the first place is empty.
  const before: bigint[] = [0n];
  for (const task of numbers)
    before.push(needs(task).reduce((bits, one) => bits | (before[one] ?? 0n) | (1n << BigInt(one)), 0n));
  const all = (task: number) => numbersIn(before[task] ?? 0n);
  const related: number[] = [];
  for (const task of numbers)
    for (const one of all(task)) {
      related[task] = (related[task] ?? 0) + 1;
      related[one] = (related[one] ?? 0) + 1;
    }
  const beside = new Set(numbers.filter((task) => (related[task] ?? 0) < tasks.length - 1));
  const isApart = (task: number) => beside.has(task) && taskAt(tasks, task)?.shared !== true;
  const apart = new Set(numbers.filter((task) => isApart(task) || taskAt(tasks, task)?.picks));
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
  return numbered(states).flatMap(([task, { status, not_needed }]) => {
    const { variant } = taskAt(tasks, task) ?? {};
    const isMissed = status !== 'completed' && not_needed !== true;
    return isMissed && !(variant && isPicked(task, tasks, states)) ? [task] : [];
  });
}

/** Returns whether one of the variants of a task has been picked; `task`: the number of one of them. */
export function isPicked(
  task: number,
  tasks: readonly Pick<TaskRecord, 'picks'>[],
  states: readonly Pick<TaskState, 'status'>[],
): boolean {
  const by = tasks.findIndex(({ picks }) => picks?.includes(task));
  return states[by]?.status === 'completed';
}

/** Returns whether one of several variants was taken, by number. Undefined: it is none, or none was taken so far. */
export function isTaken(
  task: number,
  tasks: readonly Pick<TaskRecord, 'variant' | 'picks'>[],
  states: readonly Pick<TaskState, 'status' | 'end'>[],
): boolean | undefined {
  if (!taskAt(tasks, task)?.variant) return undefined;
  const { status, end } = states[tasks.findIndex(({ picks }) => picks?.includes(task))] ?? {};
  return status === 'completed' && end?.picked ? end.picked.task === task : undefined;
}

/** Returns whether the work of a task counts: of variants, that of the one that was picked. What picks has none. */
export function workCounts(
  tasks: readonly Pick<TaskRecord, 'variant' | 'picks'>[],
  states: readonly Pick<TaskState, 'end'>[],
  task: number,
): boolean {
  const { variant, picks } = taskAt(tasks, task) ?? {};
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
  return graphOf(tasks)
    .all(task)
    .filter((one) => (taskAt(states, one)?.attempt ?? 0) > 0 && workCounts(tasks, states, one));
}

function numbersIn(bits: bigint): number[] {
  const digits = bits.toString(2);
  const numbers: number[] = [];
  for (let bit = 0; bit < digits.length; bit += 1)
    if (digits[digits.length - 1 - bit] === '1') numbers.push(bit);
  return numbers;
}
