import type { ExecutionRecord, TaskRecord } from './record.ts';

type Needing = Pick<TaskRecord, 'needs'>;

/** What a list's tasks need, by index from 0. */
interface Graph {
  needs: readonly (readonly number[])[];
  /** What each needs, directly or through others. */
  all: readonly ReadonlySet<number>[];
  /** The tasks that may run while another one runs. */
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

/**
 * Returns whether an execution has tasks that may run at the same time, in copies. The tasks of one that works for a
 * repository, or that reruns another one, run one after the other.
 */
export function runsApart({
  tasks,
  repository,
  rerun,
}: Pick<ExecutionRecord, 'tasks' | 'repository' | 'rerun'>): boolean {
  if (repository || rerun || !tasks.some(({ needs }) => needs !== undefined)) return false;
  return graphOf(tasks).apart.size > 0;
}

/** Returns the graph of a list. Computed once for a list: its tasks never change. */
export function graphOf(tasks: readonly Needing[]): Graph {
  const found = graphs.get(tasks);
  if (found) return found;
  const needs = needsOf(tasks);
  const all: Set<number>[] = [];
  const followers = tasks.map(() => 0);
  for (const direct of needs) {
    const before = new Set<number>();
    for (const one of direct) {
      before.add(one);
      for (const other of all[one] ?? []) before.add(other);
    }
    all.push(before);
    for (const one of before) followers[one] = (followers[one] ?? 0) + 1;
  }
  const apart = new Set<number>();
  for (const [index, before] of all.entries())
    if (before.size + (followers[index] ?? 0) < tasks.length - 1) apart.add(index);
  const graph = { needs, all, apart };
  graphs.set(tasks, graph);
  return graph;
}
