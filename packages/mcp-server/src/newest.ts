import { STRESS_LABEL } from '@cc-executor/contracts/stress-label';
import type { CcExecutor, ExecutionPage } from '@cc-executor/sdk';

const PAGE = 200;

/**
 * Returns the ids of the newest executions, at most `count`, newest first. Those that the caller is a task of, and stress
 * runs, are left out: the caller means what it has started. Throws EXECUTION_NOT_FOUND if there is none.
 */
export async function newestExecutions(
  client: CcExecutor,
  count: number,
  signal: AbortSignal,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const asked = { label: `!${STRESS_LABEL}`, limit: Math.min(PAGE, count + client.lineage.length), cursor };
    const page: ExecutionPage = await client.list({ ...asked, signal });
    ids.push(...page.executions.map((one) => one.execution_id).filter((id) => !client.lineage.includes(id)));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && ids.length < count);
  if (ids.length === 0)
    throw Object.assign(new Error('There is no execution yet.'), { code: 'EXECUTION_NOT_FOUND' });
  return ids.slice(0, count);
}

/** Returns the named execution, else the newest one. */
export async function namedOrNewest(
  client: CcExecutor,
  named: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  if (named !== undefined) return named;
  const [newest = ''] = await newestExecutions(client, 1, signal);
  return newest;
}
