import { taskNumbers } from '@cc-executor/contracts/task-numbers';
import type { ExecutionPage, ExecutionView, StatusView } from '@cc-executor/contracts';
import { deliveredOf, summaryView } from './execution-view.ts';
import { executionLinks } from './links.ts';
import type { ExecutionStore, ListQuery } from './ports/store.ts';
import { titleOf } from './record.ts';
import { notFound, readStored } from './stored-execution.ts';
import { taskView } from './task-view.ts';

/** Returns the short view, for polling. Throws EXECUTION_NOT_FOUND. */
export async function readStatus(store: ExecutionStore, executionId: string): Promise<StatusView> {
  const stored = await store.readStatus(executionId);
  if (!stored) throw notFound(executionId);
  const { workspace, branch, waiting_for, epoch, head } = stored;
  const place = {
    ...(workspace !== null && { workspace }),
    ...(branch !== null && { branch }),
    ...deliveredOf(stored.summary),
    ...(waiting_for !== null && { waiting_for }),
  };
  return { ...summaryView(stored), ...place, epoch, head };
}

/** Returns a page of executions, newest first. Throws INVALID_REQUEST for an invalid cursor. */
export async function listExecutions(store: ExecutionStore, query: ListQuery): Promise<ExecutionPage> {
  const { executions, nextCursor } = await store.list(query);
  return { executions: executions.map(summaryView), next_cursor: nextCursor };
}

/** Returns everything about one execution. Throws EXECUTION_NOT_FOUND. */
export async function readExecution(store: ExecutionStore, executionId: string): Promise<ExecutionView> {
  const execution = await readStored(store, executionId);
  const { record, state, epoch, head } = execution;
  const { execution_id, created_at, workspace, on_failure, checking } = record;
  const rerun_of = record.rerun?.execution_id ?? null;
  const { status, reason, summary } = state;
  const named = { title: titleOf(record), labels: record.labels ?? {} };
  // An archive does not know them.
  const now = await store.readStatus(execution_id);
  const { reruns = [], waiting_for = null, paused_seconds = 0 } = now ?? {};
  const related = { rerun_of, reruns, paused_seconds };
  const stored = { execution_id, ...named, ...related, created_at, epoch, head, status, reason, summary };
  return {
    ...summaryView(stored),
    epoch,
    head,
    workspace,
    ...(record.repository && { branch: record.repository.branch }),
    ...deliveredOf(now?.summary ?? summary),
    ...(waiting_for !== null && { waiting_for }),
    on_failure,
    ...checking,
    tasks: taskNumbers(record.tasks.length).map((task) => taskView(execution, task)),
    links: executionLinks(execution_id),
  };
}
