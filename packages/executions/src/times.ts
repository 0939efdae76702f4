import { isTerminal, type StatusView } from '@cc-executor/contracts';
import { remainingOf } from '@cc-executor/forecast';
import type { StoredStatus } from './ports/store.ts';
import type { Summary } from './state.ts';
import { secondsBetween } from './totals.ts';

type Times = Pick<StatusView, 'expected_time' | 'remaining_time'>;

/** Returns the current forecast of the task's time, and of the time until the end. A pause brings neither nearer. */
export function timesOf(
  { status, paused_seconds }: Pick<StoredStatus, 'status' | 'paused_seconds'>,
  { current_task }: Pick<Summary, 'current_task'>,
  forecast: Summary['forecast'],
  now = new Date(),
): Times {
  if (forecast === null || isTerminal(status)) return { expected_time: null, remaining_time: null };
  const elapsed =
    current_task === null ? 0 : secondsBetween(forecast.since, now.toISOString()) - paused_seconds;
  return {
    expected_time: current_task === null ? null : forecast.expected,
    remaining_time: Math.round((remainingOf(forecast, elapsed) + forecast.rest) * 10) / 10,
  };
}
