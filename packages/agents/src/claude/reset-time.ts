import type { StreamFacts } from './stream-facts.ts';
import { timeOf } from './time-of.ts';

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** "resets 3:45pm", "resets at 4pm (UTC)", "resets Nov 27, 8:37pm (Europe/Berlin)". */
const CLOCK =
  /resets? (?:at )?(?:([a-z]{3})[a-z]* (\d{1,2}),? (?:at )?)?(\d{1,2})(?::(\d{2}))? ?([ap]m)(?: \((UTC)\))?/i;

/**
 * Returns when a usage limit resets, as RFC 3339: from the API's own time, else from the message ("resets 3:45pm", of this
 * machine's clock unless it says UTC, or "…|<seconds since 1970>"); null if neither has it.
 */
export function resetTime(
  facts: Pick<StreamFacts, 'limitResetsAt'>,
  words: string | null,
  now = new Date(),
): string | null {
  const told = timeOf(facts.limitResetsAt);
  if (told !== null) return told;
  const [, seconds] = /\|(\d{10})\b/.exec(words ?? '') ?? [];
  if (seconds !== undefined) return new Date(Number(seconds) * 1000).toISOString();
  const [, month, day, hour, minute = '0', half, utc] = CLOCK.exec(words ?? '') ?? [];
  if (hour === undefined || half === undefined) return null;
  const hours = (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  // A time in UTC is read as if it were local, and then shifted.
  const shift = utc === undefined ? 0 : now.getTimezoneOffset() * 60_000;
  const at = new Date(now.getTime() + shift);
  if (month !== undefined) at.setMonth(MONTHS.indexOf(month.toLowerCase()), Number(day));
  at.setHours(hours, Number(minute), 0, 0);
  const local = at.getTime() - shift;
  if (month === undefined) {
    // The next such time. One that has just passed counts: the message is rounded, arrives late, and comes from another clock.
    const days = Math.floor((now.getTime() - HOUR_MS - local) / DAY_MS) + 1;
    return new Date(local + days * DAY_MS).toISOString();
  }
  // A day without a year lies in the coming months; one that has just passed is in this year.
  if (local < now.getTime() - 30 * DAY_MS) at.setFullYear(at.getFullYear() + 1);
  return new Date(at.getTime() - shift).toISOString();
}
