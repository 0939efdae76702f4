import { type CcExecutor, CcServerError, type ExecutionPage } from '@cc-executor/sdk';

type Listed = ExecutionPage['executions'][number];

export interface Resumed {
  execution_id: string;
  /** As it is now; null: it could not be resumed. */
  status: string | null;
  /** Why not. */
  message: string | null;
}

const PAGE = 200;
/** So many are resumed by one call at most. */
const MOST = 10_000;

/**
 * Resumes every paused execution, or those that are paused or wait for `reason`; yields what became of each. One that
 * somebody else has resumed or ended meanwhile does not keep the others from being resumed.
 */
export async function* resumeAll(client: CcExecutor, reason?: string): AsyncGenerator<Resumed> {
  // All of them are read first: what is resumed is on no page any more.
  const paused = await listAll(client, 'paused');
  const waiting = reason === undefined ? [] : await listAll(client, 'waiting');
  const wanted = [...paused, ...waiting].filter((one) => reason === undefined || one.reason === reason);
  // The oldest first, as they were submitted.
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
