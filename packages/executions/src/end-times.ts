import { needsOf, runsApart } from './needs.ts';
import type { TaskRecord } from './record.ts';

/** How many tasks of a list run at the same time, unless it says otherwise. */
export const MAX_PARALLEL = 4;

/**
 * Returns when each task of a list ends, in seconds from its start, if each takes a known time: in the order of the list,
 * each when what it needs has ended and a place is free. The host is taken to have enough slots.
 */
export function endTimes(
  list: { tasks: readonly Pick<TaskRecord, 'needs'>[]; max_parallel?: number | undefined },
  seconds: readonly number[],
): number[] {
  const { tasks } = list;
  const needs = needsOf(tasks);
  const places = runsApart(list) ? (list.max_parallel ?? MAX_PARALLEL) : 1;
  const ends: number[] = [];
  const left = new Set(tasks.keys());
  let running: number[] = [];
  for (let now = 0; left.size > 0; now = Math.min(...running)) {
    running = running.filter((end) => end > now);
    for (const index of left) {
      if (running.length >= places) break;
      if (needs[index]?.some((other) => (ends[other] ?? Infinity) > now)) continue;
      const end = now + (seconds[index] ?? 0);
      ends[index] = end;
      left.delete(index);
      // One that takes no time keeps no place, and what needs it may start.
      running.push(end);
    }
  }
  return ends;
}
