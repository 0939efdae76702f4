import type { ResultsView } from '@cc-executor/sdk';
import { EXIT } from './exit-codes.ts';

/** Returns the exit code of a whole execution: that of its first task that ran without success. */
export function exitCodeOf({ status, results }: ResultsView): number {
  if (status === 'completed') return EXIT.done;
  if (status === 'cancelled') return EXIT.cancelled;
  const first = results.find(({ status: one }) => one !== 'completed' && one !== 'skipped');
  return first?.status === 'timed_out' ? EXIT.timedOut : EXIT.failed;
}
