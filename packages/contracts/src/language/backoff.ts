/** How long the waits between tries are, all in milliseconds. */
export interface BackoffBounds {
  /** The wait after the first failure. */
  first: number;
  /** The longest wait. */
  longest: number;
  /** True shortens each wait by a random part, up to half, so that many that failed together do not retry together. */
  jitter?: boolean;
}

/**
 * Returns the wait before the next try in milliseconds: `first` after one failure, twice as long after each further one,
 * and never longer than `longest`. The wait before the first try is 0. `failures`: the number of tries in a row that have
 * failed. `random` returns a number from 0 to 1, and is only called for `jitter`.
 */
export function backoff(
  failures: number,
  { first, longest, jitter = false }: BackoffBounds,
  random: () => number = Math.random,
): number {
  if (failures <= 0) return 0;
  const whole = Math.min(first * 2 ** (failures - 1), longest);
  return jitter ? whole * (0.5 + random() / 2) : whole;
}
