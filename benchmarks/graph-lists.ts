import { median } from './report.ts';

// Lists of 5 to 9 tasks that need others, as a seed makes them again.
/** How many tasks run at the same time. */
export const PARALLEL = 4;
export const GRAPHS = 14;
/** Of one task, in seconds. */
const SHORTEST = 1;
const LONGEST = 2;

export interface Task {
  seconds: number;
  /** By index from 0. */
  needs: number[];
}

/** A small generator of numbers that a seed makes again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function graphOf(seed: number): Task[] {
  const random = randomFrom(seed);
  return Array.from({ length: 5 + Math.floor(random() * 5) }, (_, index) => ({
    seconds: SHORTEST + Math.round(random() * (LONGEST - SHORTEST) * 10) / 10,
    needs: Array.from({ length: index }, (__, other) => other).filter(() => random() < 0.3),
  }));
}

/** Returns the shortest time that any order could take: the longest path, or all work on all places. In seconds. */
export function bound(tasks: readonly Task[]): number {
  const until: number[] = [];
  for (const { seconds, needs } of tasks)
    until.push(seconds + Math.max(0, ...needs.map((one) => until[one] ?? 0)));
  return Math.max(...until, work(tasks) / PARALLEL);
}

/** Returns the time that starting what is ready, in the order of the list, takes where nothing else costs any. In seconds. */
export function greedy(tasks: readonly Task[]): number {
  const ends = new Map<number, number>();
  let now = 0;
  while (ends.size < tasks.length || [...ends.values()].some((end) => end > now)) {
    const running = [...ends.values()].filter((end) => end > now);
    for (const [index, { seconds, needs }] of tasks.entries())
      if (
        !ends.has(index) &&
        running.length < PARALLEL &&
        needs.every((one) => (ends.get(one) ?? Infinity) <= now)
      ) {
        ends.set(index, now + seconds);
        running.push(now + seconds);
      }
    now = Math.min(...running);
  }
  return now;
}

/** Returns the time of all tasks together, in seconds. */
export function work(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Returns the median and the range of some parts of 1, in percent. */
export function percent(values: readonly number[]): string {
  return `${(median(values) * 100).toFixed(1)} % [${(Math.min(...values) * 100).toFixed(1)} to ${(Math.max(...values) * 100).toFixed(1)}]`;
}
