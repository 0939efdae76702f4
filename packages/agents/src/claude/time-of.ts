/** Returns a time of Claude Code, in seconds since 1970, as RFC 3339; null if it is not a time. */
export function timeOf(seconds: unknown): string | null {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
