import { CcError, type ExecuteRequest } from '@cc-executor/contracts';
import { randomUUID } from 'node:crypto';
import { makeRecord, type ExecutionRecord } from './record.ts';
import type { ExecutionStore, WakeUps, Workspaces } from './ports.ts';
import { initialState } from './state.ts';
import { toStore } from './to-store.ts';

export interface SubmitPorts {
  store: ExecutionStore;
  wakeUps: WakeUps;
  workspaces: Workspaces;
  /** Throws COMMAND_NOT_ALLOWED when one of them may not be run here. Tasks are numbered from 1. */
  checkCommands: (commands: readonly { task: number; command: string }[]) => void;
}

/**
 * Stores a task list and has it queued; when this resolves it is durable. Throws WORKSPACE_INVALID,
 * COMMAND_NOT_ALLOWED or EXECUTION_ID_IN_USE, and has then stored nothing.
 */
export async function submit(ports: SubmitPorts, request: ExecuteRequest): Promise<ExecutionRecord> {
  const now = new Date();
  const record = makeRecord(request, request.execution_id ?? randomUUID(), now);
  ports.checkCommands(
    record.tasks.flatMap(({ kind, text }, index) =>
      kind === 'command' ? [{ task: index + 1, command: text }] : [],
    ),
  );
  await ports.workspaces.check(record.workspace);
  const { execution_id, tasks, workspace, lane } = record;
  const data = { total_tasks: tasks.length, workspace, lane };
  const queued = toStore(execution_id, { type: 'execution.queued', data }, now.toISOString());
  if (!(await ports.store.submit(record, initialState(tasks.length), [queued]))) {
    throw new CcError(
      'EXECUTION_ID_IN_USE',
      `The execution id "${execution_id}" is in use; choose another.`,
      {
        errors: [{ path: 'execution_id', message: 'is in use' }],
      },
    );
  }
  ports.wakeUps.relay();
  return record;
}
