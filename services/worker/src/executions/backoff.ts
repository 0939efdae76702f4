/** The first wait, and the longest, in milliseconds. */
const FIRST_MS = 1000;
const LONGEST_MS = 5 * 60_000;

/**
 * How long to wait before a try, in milliseconds: doubled each time, and of that a random part between half and all, so
 * that lists that failed together don't come back together. `tries`: how often it was tried so far, from 1.
 */
export function backoff(tries: number, random: () => number = Math.random): number {
  const whole = Math.min(FIRST_MS * 2 ** (tries - 1), LONGEST_MS);
  return whole * (0.5 + random() / 2);
}
