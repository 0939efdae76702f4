import { taskAt } from '@cc-executor/contracts/task-numbers';
import { CcError } from '@cc-executor/contracts';
import type { ExecutionStore, StoredExecution } from './ports/store.ts';
import type { ExecutionRecord, TaskRecord } from './record.ts';
import type { ExecutionState, TaskState } from './state.ts';

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

/** Returns the record of a task, by number. Throws a RangeError if there is no such task. */
export function recordOfTask({ tasks }: Pick<ExecutionRecord, 'tasks'>, task: number): TaskRecord {
  return taskAt(tasks, task) ?? noSuchTask(task);
}

/** Returns the state of a task, by number. Throws a RangeError if there is no such task. */
export function stateOfTask({ tasks }: Pick<ExecutionState, 'tasks'>, task: number): TaskState {
  return taskAt(tasks, task) ?? noSuchTask(task);
}

function noSuchTask(task: number): never {
  throw new RangeError(`There is no task ${String(task)}.`);
}
