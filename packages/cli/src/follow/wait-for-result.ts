import type { Execution, FollowOptions, ResultsView } from '@cc-executor/sdk';
import { note } from '../print/print.ts';
import { standStillLines } from './stand-still.ts';

/** What an execution gave at its end; until then, on standard error, why it stands still. `start`: where to begin. */
export async function waitForResult(execution: Execution, start: FollowOptions = {}): Promise<ResultsView> {
  for await (const event of execution.events(start))
    for (const line of standStillLines(event, execution.id)) note(`cc-executor: ${line}`);
  return await execution.result();
}
