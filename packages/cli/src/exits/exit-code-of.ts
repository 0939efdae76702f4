import type { ResultsView } from '@cc-executor/sdk';
import { EXIT } from './exit-codes.ts';

/** The exit code that tells how a whole execution ended: that of its first task that did not succeed. */
export function exitCodeOf({ status, results }: ResultsView): number {
  if (status === 'completed') return EXIT.done;
  if (status === 'cancelled') return EXIT.cancelled;
  const first = results.find((task) => task.status !== 'completed');
  return first?.status === 'timed_out' ? EXIT.timedOut : EXIT.failed;
}
