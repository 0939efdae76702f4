/** The first and the longest wait, in milliseconds. */
const FIRST_MS = 1000;
const LONGEST_MS = 5 * 60_000;

/**
 * Returns the wait before a try, in milliseconds: doubled each time, with a random part between half and all of it, so
 * that lists that failed together do not retry together. `tries`: the number of tries so far, from 1.
 */
export function backoff(tries: number, random: () => number = Math.random): number {
  const whole = Math.min(FIRST_MS * 2 ** (tries - 1), LONGEST_MS);
  return whole * (0.5 + random() / 2);
}

/** The first wait in an outage, in milliseconds. */
const OUTAGE_FIRST_MS = 5000;

/** Returns the waits before each further try in an outage: doubled each time up to `longest`, in milliseconds. */
export function outageIntervals(longest: number): number[] {
  const intervals = [Math.min(OUTAGE_FIRST_MS, longest)];
  for (let last = intervals[0] ?? longest; last < longest;) {
    last = Math.min(last * 2, longest);
    intervals.push(last);
  }
  return intervals;
}
