import { taskAt, taskNumbers } from '@cc-executor/contracts/task-numbers';
import { needsOf, runsBeside } from './needs.ts';
import type { Lane, TaskRecord } from './record.ts';

/** How many tasks of a list run at the same time, unless it says otherwise. */
export const MAX_PARALLEL = 4;

/** How many tasks of each lane a worker runs at the same time. */
export type HostSlots = Readonly<Record<Lane, number>>;

/**
 * Returns when each task of a list ends, in seconds from its start, if each takes a known time: in the order of the list,
 * each when what it needs has ended and a place is free. `slots`: of its worker, which other lists leave free; default: enough.
 */
export function endTimes(
  list: {
    tasks: readonly (Pick<TaskRecord, 'needs'> & { kind?: TaskRecord['kind'] })[];
    max_parallel?: number | undefined;
  },
  seconds: readonly number[],
  slots: HostSlots = { prompts: Infinity, commands: Infinity },
): number[] {
  const { tasks } = list;
  const places = runsBeside(list) ? (list.max_parallel ?? MAX_PARALLEL) : 1;
  const ends = new Map<number, number>();
  const left = new Set(taskNumbers(tasks.length));
  const laneOf = (task: number): Lane => (taskAt(tasks, task)?.kind === 'prompt' ? 'prompts' : 'commands');
  let running: { end: number; lane: Lane }[] = [];
  for (let now = 0; left.size > 0; now = Math.min(...running.map(({ end }) => end))) {
    running = running.filter(({ end }) => end > now);
    for (const task of left) {
      if (running.length >= places) break;
      if (needsOf(tasks, task).some((other) => (ends.get(other) ?? Infinity) > now)) continue;
      const lane = laneOf(task);
      // The first one has the slot of the list.
      const isFree = running.length === 0 || running.filter((one) => one.lane === lane).length < slots[lane];
      if (!isFree) continue;
      const end = now + (taskAt(seconds, task) ?? 0);
      ends.set(task, end);
      left.delete(task);
      // One that takes no time keeps no place, and what needs it may start.
      running.push({ end, lane });
    }
  }
  return taskNumbers(tasks.length).map((task) => ends.get(task) ?? 0);
}
