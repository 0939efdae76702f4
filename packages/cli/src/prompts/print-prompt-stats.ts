import { counted } from '@cc-executor/contracts/english';
import { columns, oneLine, paint, print } from '../print/print.ts';
import type { PromptSummary } from './prompt-stats.ts';

const HEAD = ['ATTEMPTS', 'SUCCEEDED', 'FAILED', 'WHY', 'PROMPT'];

/** Prints the statistics of prompts for people. */
export function printPromptStats({ attempts, succeeded, failed, prompts }: PromptSummary): void {
  if (attempts === 0) return print('No prompt has run so.');
  print(
    `${counted(attempts, 'attempt')} at prompts: ${String(succeeded)} succeeded, ${String(failed)} failed`,
  );
  const rows = prompts.map((one) => [
    String(one.attempts),
    String(one.succeeded),
    String(one.failed),
    Object.entries(one.failures)
      .map(([outcome, count]) => `${outcome} ${String(count)}`)
      .join(', ') || '-',
    oneLine(one.prompt),
  ]);
  const [head = '', ...lines] = columns([HEAD, ...rows]);
  print(paint('bold', head));
  for (const line of lines) print(line);
}
