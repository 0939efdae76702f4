/** Returns a local time for people: `2026-01-31 20:05`. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  return `${localDate(at)} ${localClock(at)}`;
}

function localDate(at: Date): string {
  return [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
}

function localClock(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** The time of day of a moment, with the date where it is not today: `20:05`, `2026-01-31 20:05`. */
export function shortTime(iso: string, now = new Date()): string {
  const at = new Date(iso);
  return localDate(at) === localDate(now) ? localClock(at) : localTime(iso);
}
