import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3600, d: 86_400, w: 604_800 };
const AGO = /^(\d{1,6})\s*(s|m|min|h|d|w)( ago)?$/;
const LOCAL = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?$/;
const EXPECTED =
  'It must be a time, like "2h" (ago), "today", "yesterday", "2026-01-31", "2026-01-31 20:00" or 2026-01-31T20:00:00Z.';

/** An option's value as a time: how long ago, a day by the clock on the wall, or RFC 3339. */
export function time(text: string, now = new Date()): Date {
  const given = text.trim().toLowerCase();
  const [, count, unit] = AGO.exec(given) ?? [];
  if (count !== undefined && unit !== undefined)
    return new Date(now.getTime() - Number(count) * (UNITS[unit] ?? 0) * 1000);
  if (given === 'now') return now;
  if (given === 'today') return midnight(now, 0);
  if (given === 'yesterday') return midnight(now, -1);
  // A date alone would be read as one in UTC.
  const at = LOCAL.test(text.trim())
    ? new Date(text.trim().length === 10 ? `${text.trim()}T00:00` : text.trim().replace(' ', 'T'))
    : new Date(/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(text.trim()) ? text.trim() : NaN);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError(EXPECTED);
  return at;
}

/** An option's value as how long ago, in the same words as a time. */
export function timeOption(text: string): Date {
  return time(text);
}

function midnight(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
}
