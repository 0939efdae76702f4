import { CcError } from '@cc-executor/contracts';
import type { ExecutionStore, StoredExecution } from './ports/store.ts';

/** Returns an EXECUTION_NOT_FOUND error with the id. */
export function notFound(executionId: string): CcError {
  return new CcError('EXECUTION_NOT_FOUND', `There is no execution "${executionId}".`);
}

/** Returns a whole execution. Throws EXECUTION_NOT_FOUND. */
export async function readStored(
  store: Pick<ExecutionStore, 'read'>,
  executionId: string,
): Promise<StoredExecution> {
  const execution = await store.read(executionId);
  if (!execution) throw notFound(executionId);
  return execution;
}

/** Returns a task, by its index from 0, and its state. Throws a RangeError if there is no such task. */
export function taskAt({ record, state }: Pick<StoredExecution, 'record' | 'state'>, index: number) {
  const [task, now] = [record.tasks[index], state.tasks[index]];
  if (!task || !now) throw new RangeError(`There is no task ${String(index + 1)}.`);
  return [task, now] as const;
}
