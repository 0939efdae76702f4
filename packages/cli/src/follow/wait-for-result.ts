import { reasonText } from '@cc-executor/contracts/progress';
import type { Execution, FollowOptions, ResultsView } from '@cc-executor/sdk';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { note, oneLine } from '../print/print.ts';
import { standStillLines } from './stand-still.ts';

/** Whether a pause, which only a person ends, ends the waiting. */
export interface WaitFlags {
  waitThroughPause?: true | undefined;
}

/**
 * Waits for the end of an execution, and returns its results. Prints on standard error why it is paused or waits.
 * Throws a CliError with its own exit code if it is paused. `start`: the first position.
 */
export async function waitForResult(
  execution: Execution,
  { waitThroughPause }: WaitFlags,
  start: FollowOptions = {},
): Promise<ResultsView> {
  for await (const event of execution.events(start)) {
    for (const line of standStillLines(event, execution.id)) note(`cc-executor: ${line}`);
    // The log may be older than the status: it may have been resumed since.
    if (event.type === 'execution.paused' && !waitThroughPause) await endIfPaused(execution, false);
  }
  return await execution.result();
}

/** The same for one whose events so far nobody has seen. */
export async function waitFromNow(execution: Execution, flags: WaitFlags): Promise<ResultsView> {
  const { status, head: after, epoch } = await execution.status();
  if (status === 'paused') await endIfPaused(execution, flags.waitThroughPause === true);
  return await waitForResult(execution, flags, { after, epoch });
}

async function endIfPaused(execution: Execution, waits: boolean): Promise<void> {
  const { status, reason } = await execution.status();
  if (status !== 'paused') return;
  const why = `it is paused (${oneLine(reasonText(String(reason)))})`;
  if (waits) return note(`cc-executor: ${why}; "cc-executor watch ${execution.id}" says what to do`);
  throw new CliError(
    EXIT.paused,
    `${why}, so the waiting ends here; "cc-executor watch ${execution.id}" says what to do, and --wait-through-pause waits.`,
  );
}
