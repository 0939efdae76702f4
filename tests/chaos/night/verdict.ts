import { OUTCOMES } from '@cc-executor/contracts';
import type { Followed } from '../lists.ts';
import { outcomesOf, type NightEvent } from './events.ts';
import type { PlacedFault } from './faults.ts';

export interface Morning {
  prompts: number;
  status: { status: string; head: number };
  events: readonly NightEvent[];
  followed: Followed;
  /** The numbers that the prompts have written, in that order. */
  effects: readonly number[];
  faults: readonly PlacedFault[];
  /** Processes that are left. */
  left: readonly number[];
}

/** All that does not hold in the morning. */
export function breaches(morning: Morning): string[] {
  const { prompts, status, events, followed, effects, faults, left } = morning;
  const found: string[] = [];
  const check = (holds: boolean, breach: string) => holds || found.push(breach);
  check(status.status === 'completed', `the list is ${status.status}`);
  const counted = (seqs: number[]) =>
    seqs.every((seq, index) => seq === index + 1) && seqs.length === status.head;
  check(counted(events.map(({ seq }) => seq)), 'the log is not 1..n');
  check(
    counted(followed.seqs),
    `the follower has ${String(followed.seqs.length)} of ${String(status.head)} events, or not in order`,
  );
  for (let prompt = 1; prompt <= prompts; prompt++) {
    const what = `prompt ${String(prompt)}`;
    const own = events.filter(({ task }) => task === prompt);
    const completed = own.findIndex(({ type }) => type === 'task.completed');
    check(completed >= 0, `${what} is not completed`);
    const isAgain = own.slice(completed + 1).some(({ type }) => /^task\.(started|completed)$/.test(type));
    check(completed < 0 || !isAgain, `${what} ran again when it was completed`);
    const times = effects.filter((number) => number === prompt).length;
    check(times === 1, `${what} did its work ${String(times)} times`);
    for (const outcome of outcomesOf(own))
      check(
        outcome === 'completed' || !OUTCOMES[outcome].counts,
        `an attempt at ${what} was burned: ${outcome}`,
      );
  }
  for (const fault of faults) {
    const own = events.filter(({ task }) => task === fault.prompt);
    check(fault.struck, `it never came to: ${fault.what}`);
    check(!fault.struck || fault.isTraced(own, events), `the log does not show: ${fault.what}`);
  }
  check(left.length === 0, `processes are left: ${left.join(', ')}`);
  return found;
}
