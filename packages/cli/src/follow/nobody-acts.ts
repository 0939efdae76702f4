import { reasonText } from '@cc-executor/contracts/progress';
import type { Execution, Followed } from '@cc-executor/sdk';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { oneLine } from '../print/print.ts';
import { isAttended } from '../print/terminal.ts';
import type { WaitFlags } from './wait-for-result.ts';

/**
 * Throws a CliError with the exit code of a pause if an event paused the execution until somebody logs in or pays, and this
 * process has no terminal: in a job, nobody reads what is to be done. A pause by a person ends by a person.
 */
export async function refuseToWaitForNobody(
  event: Followed,
  execution: Execution,
  { waitThroughPause }: WaitFlags,
): Promise<void> {
  if (event.type !== 'execution.paused' || event.data.reason === 'user') return;
  if (waitThroughPause || isAttended()) return;
  // The log may be older than the status: it may have been resumed since.
  const { status, reason } = await execution.status();
  if (status !== 'paused' || reason === 'user') return;
  const why = oneLine(reasonText(String(reason)));
  throw new CliError(
    EXIT.paused,
    `${execution.id} is paused (${why}), and nobody is at a terminal here, so the waiting ends; it stays paused. "cc-executor cancel ${execution.id}" ends it, and --wait-through-pause waits.`,
  );
}
