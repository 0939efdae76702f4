import type { Prediction } from '@cc-executor/contracts';
import { normalBelow, normalQuantile } from './normal.ts';

const Z90 = 1.2816;
const LEAST_SPREAD = 0.05;

/** Returns the remaining seconds of a run after an elapsed time: the median of those that took as long; log-normal. */
export function remainingOf(
  { expected, likely }: Pick<Prediction, 'expected' | 'likely'>,
  elapsed: number,
): number {
  if (elapsed <= 0 || expected <= 0) return Math.max(0, expected);
  const spread = Math.max(LEAST_SPREAD, Math.log(likely / expected) / Z90);
  const before = normalBelow(Math.log(elapsed / expected) / spread);
  const middle = Math.exp(spread * normalQuantile(before + (1 - before) / 2)) * expected;
  return Math.max(0, middle - elapsed);
}
