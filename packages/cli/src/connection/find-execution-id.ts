import { STRESS_LABEL } from '@cc-executor/contracts/stress-label';
import { CcServerError, type CcExecutor, type ExecutionPage } from '@cc-executor/sdk';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { LAST } from './last.ts';
import { oneLine } from '../print/print.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const PAGE = 200;
/** The number of ids that are named if a short id is ambiguous. */
const NAMED = 5;

/**
 * Returns the id of the execution that was named: by its id, by the first characters of it, or as `last`, the one that was
 * submitted last. Throws a CliError where none or several are called so.
 */
export async function findExecutionId(client: CcExecutor, named: string): Promise<string> {
  if (named === LAST) return await lastOf(client);
  if (UUID.test(named) || (await isThere(client, named))) return named;
  const found = await beginningWith(client, named);
  const [only, ...others] = found;
  if (only === undefined) throw new CliError(EXIT.usage, `There is no execution "${oneLine(named)}".`);
  if (others.length === 0) return only.execution_id;
  const lines = found
    .slice(0, NAMED)
    .map(({ execution_id, title }) => `  ${execution_id}  ${oneLine(title ?? '')}`);
  const more = found.length > NAMED ? [`  and ${String(found.length - NAMED)} more`] : [];
  throw new CliError(
    EXIT.usage,
    [
      `"${named}" is the beginning of several ids; add a character:`,
      ...lines.map((line) => line.trimEnd()),
      ...more,
    ].join('\n'),
  );
}

async function lastOf(client: CcExecutor): Promise<string> {
  const { executions } = await client.list({ limit: 1, label: `!${STRESS_LABEL}` });
  const [last] = executions;
  if (last === undefined) throw new CliError(EXIT.usage, 'There is no execution yet.');
  return last.execution_id;
}

async function isThere(client: CcExecutor, id: string): Promise<boolean> {
  try {
    await client.attach(id).status();
    return true;
  } catch (error) {
    if (!(error instanceof CcServerError)) throw error;
    // The call that follows reports any other error.
    return error.code !== 'EXECUTION_NOT_FOUND';
  }
}

async function beginningWith(client: CcExecutor, start: string): Promise<ExecutionPage['executions']> {
  const found: ExecutionPage['executions'] = [];
  let cursor: string | undefined;
  do {
    const page: ExecutionPage = await client.list({ q: start, limit: PAGE, cursor });
    found.push(...page.executions.filter(({ execution_id }) => execution_id.startsWith(start)));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && found.length <= NAMED);
  return found;
}
