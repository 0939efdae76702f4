import { isTerminal, type ExecutionStatus } from '@cc-executor/contracts';
import { illegal } from './change-state.ts';
import type { ExecutionStore } from './ports/store.ts';
import { notFound } from './stored-execution.ts';

/**
 * Has an ended execution removed with all its files, and the folder that it made; a worker does so within seconds. Its
 * rows in the history stay. Returns how it ended. Throws EXECUTION_NOT_FOUND, or ILLEGAL_STATE when it has not ended.
 */
export async function remove(
  store: Pick<ExecutionStore, 'remove'>,
  executionId: string,
): Promise<ExecutionStatus> {
  const status = await store.remove(executionId);
  if (status === null) throw notFound(executionId);
  if (!isTerminal(status)) throw illegal(status, 'removed', 'Cancel it, or wait for its end.');
  return status;
}
