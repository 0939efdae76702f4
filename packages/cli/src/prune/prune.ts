import { isTerminal } from '@cc-executor/contracts/states';
import { type CcExecutor, CcServerError, type ExecutionPage, type ListOptions } from '@cc-executor/sdk';
import { createInterface } from 'node:readline/promises';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { counted } from '@cc-executor/contracts/english';
import { printList } from '../print/print-list.ts';
import { outputs } from '../print/terminal.ts';

type Listed = ExecutionPage['executions'];

const PAGE = 200;

/** Returns the executions that have ended, however many there are. */
export async function endedOnes(client: CcExecutor, filters: ListOptions): Promise<Listed> {
  const found: Listed = [];
  let cursor: string | undefined;
  do {
    const page: ExecutionPage = await client.list({ ...filters, limit: PAGE, cursor });
    found.push(...page.executions.filter(({ status }) => isTerminal(status)));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** Shows them, and asks whether they are to go. Throws a CliError where nobody can be asked. */
export async function isConfirmed(found: Listed, isJson: boolean): Promise<boolean> {
  const [, errors] = outputs;
  if (isJson || !process.stdin.isTTY || !errors.isTTY)
    throw new CliError(
      EXIT.usage,
      `This removes ${counted(found.length, 'execution')}; say --yes, or look with --dry-run.`,
    );
  printList({ executions: found, next_cursor: null });
  const terminal = createInterface({ input: process.stdin, output: errors });
  const answer = await terminal.question(`Remove ${counted(found.length, 'execution')}? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** Removes them; one that somebody else has removed meanwhile is passed over. Returns the ids of those removed. */
export async function removeAll(client: CcExecutor, ids: readonly string[]): Promise<string[]> {
  const removed: string[] = [];
  for (const id of ids)
    try {
      await client.attach(id).remove();
      removed.push(id);
    } catch (error) {
      if (!(error instanceof CcServerError) || error.code !== 'EXECUTION_NOT_FOUND') throw error;
    }
  return removed;
}
