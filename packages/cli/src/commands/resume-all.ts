import { type CcExecutor, CcServerError, type ExecutionPage } from '@cc-executor/sdk';

type Listed = ExecutionPage['executions'][number];

export interface Resumed {
  execution_id: string;
  /** Its status now; null: it could not be resumed. */
  status: string | null;
  /** Why not. */
  message: string | null;
}

const PAGE = 200;
/** The largest number of executions that one call resumes. */
const MOST = 10_000;

/**
 * Resumes every paused execution, or those that are paused or wait for `reason`. Yields the result of each. One that
 * was resumed or ended meanwhile does not prevent the others.
 */
export async function* resumeAll(client: CcExecutor, reason?: string): AsyncGenerator<Resumed> {
  // All are read first: a resumed one is no longer on a page.
  const paused = await listAll(client, 'paused');
  const waiting = reason === undefined ? [] : await listAll(client, 'waiting');
  const wanted = [...paused, ...waiting].filter((one) => reason === undefined || one.reason === reason);
  // Oldest first, in the order of submission.
  for (const { execution_id } of wanted.toReversed().slice(0, MOST)) {
    try {
      const { status } = await client.attach(execution_id).resume();
      yield { execution_id, status, message: null };
    } catch (error) {
      if (!(error instanceof CcServerError) || error.status === null || error.status >= 500) throw error;
      yield { execution_id, status: null, message: error.message };
    }
  }
}

async function listAll(client: CcExecutor, status: 'paused' | 'waiting'): Promise<Listed[]> {
  const all: Listed[] = [];
  let cursor: string | null = null;
  do {
    const page: ExecutionPage = await client.list({
      status,
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    all.push(...page.executions);
    cursor = page.next_cursor;
  } while (cursor !== null && all.length < MOST);
  return all;
}
