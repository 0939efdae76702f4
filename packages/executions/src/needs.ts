import type { TaskRecord } from './record.ts';

type Needing = Pick<TaskRecord, 'needs'>;

const known = new WeakMap<readonly Needing[], readonly (readonly number[])[]>();

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
