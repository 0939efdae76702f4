import { reasonText } from '@cc-executor/contracts/progress';
import type { Followed } from '@cc-executor/sdk';
import { oneLine } from '../print/print.ts';
import { shortTime } from '../print/times.ts';

/** Returns why an event stops an execution until somebody acts, and what to do; nothing for any other event. */
export function standStillLines(event: Followed, executionId: string): string[] {
  if (event.type !== 'execution.paused' && event.type !== 'execution.waiting') return [];
  const { reason, message } = event.data;
  const why = oneLine(message === undefined ? reasonText(reason) : `${reasonText(reason)}: ${message}`);
  if (event.type === 'execution.waiting')
    return [`it continues by itself at ${shortTime(event.data.until)} (${why})`];
  const { instructions: steps = [], until } = event.data;
  return [
    `it is paused (${why})`,
    ...(until === undefined
      ? []
      : [`the credential, which has worked before, is tried again at ${shortTime(until)}`]),
    ...steps.map(oneLine),
    `"cc-executor resume ${executionId}" continues it`,
  ];
}
