import { duration } from '../print/durations.ts';
import { counted } from '@cc-executor/contracts/english';
import type { Progress } from './progress.ts';

/** The number of tasks that are shown at each end of a critical path. */
const ENDS = 3;

/** The header of a watched list: its title, its times, its cost, and the number of failed tasks. */
export function headerOf(progress: Progress, now: number): string[] {
  const { title, startedAt, endedAt, cost, remaining, pausedAt, awaySince, longest } = progress;
  const failed = progress.counts.failed_tasks;
  const facts = [
    title,
    startedAt === null ? 'waits for a worker' : duration(Math.max(0, (now - startedAt) / 1000)),
    pausedAt === null ? null : 'clock stopped',
    remaining === null || pausedAt !== null || endedAt !== null
      ? null
      : `about ${duration(remaining)} remain`,
    longest.length < 2 || endedAt !== null ? null : `longest: ${pathText(longest)}`,
    cost === null ? null : `$${cost.toFixed(2)}`,
    failed === 0 ? null : `${counted(failed, 'task')} failed`,
    awaySince === null ? null : 'the server is away; this continues when it is back',
  ];
  return facts.filter((fact) => fact !== null);
}

/** The critical path for people: of a long one, the begin and the end. */
function pathText(numbers: readonly number[]): string {
  const shown =
    numbers.length <= 2 * ENDS ? numbers : [...numbers.slice(0, ENDS), '…', ...numbers.slice(-ENDS)];
  return shown.map(String).join(' → ');
}
