import { fieldsOf } from '../lines/foreign.ts';

const DAY_MS = 24 * 3600 * 1000;
/** "try again at 5:51 PM", "try again at Nov 30th, 2026 5:51 PM": of this machine's clock. */
const CLOCK = /try again at (?:([A-Z][a-z]{2}) (\d{1,2})[a-z]{2}, (\d{4}) )?(\d{1,2}):(\d{2}) ([AP])M/;
const SECONDS = /try again in (\d{1,9}(?:\.\d{1,9})?) ?(ms|s|m)\b/;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * Returns when a usage limit resets, as RFC 3339: the latest reset of the windows that are used up, else the time in the
 * words; null if neither is known. `now`: milliseconds since 1970.
 */
export function limitReset(
  limits: Readonly<Record<string, unknown>>,
  words: string,
  now: number,
): string | null {
  const resets = [limits['primary'], limits['secondary']]
    .map(fieldsOf)
    .filter(({ usedPercent }) => Number(usedPercent) >= 100)
    .map(({ resetsAt }) => Number(resetsAt) * 1000)
    .filter((at) => at > 0 && at < now + 366 * DAY_MS);
  return resets.length > 0 ? new Date(Math.max(...resets)).toISOString() : clockTime(words, now);
}

/** Returns the time after a wait that the words name, as RFC 3339; null: they name none. `now`: milliseconds since 1970. */
export function secondsLeft(words: string, now: number): string | null {
  const [, number, unit] = SECONDS.exec(words) ?? [];
  if (number === undefined) return null;
  const ms = Number(number) * (unit === 'ms' ? 1 : unit === 'm' ? 60_000 : 1000);
  return new Date(now + Math.min(ms, DAY_MS)).toISOString();
}

function clockTime(words: string, now: number): string | null {
  const [, month, day, year, hour, minute, half] = CLOCK.exec(words) ?? [];
  if (hour === undefined) return null;
  const hours = (Number(hour) % 12) + (half === 'P' ? 12 : 0);
  const at = new Date(now);
  if (month !== undefined) at.setFullYear(Number(year), MONTHS.indexOf(month), Number(day));
  at.setHours(hours, Number(minute), 0, 0);
  // The next such time; its minute may have begun.
  if (month === undefined && at.getTime() < now - 60_000) at.setDate(at.getDate() + 1);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
