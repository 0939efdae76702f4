import { isSettled, type Manifest } from '@cc-executor/contracts';
import { hash } from 'node:crypto';
import type { StoredExecution } from './ports/store.ts';

/**
 * Returns the manifest of an execution that ends now, by its log; `endedAt` in RFC 3339. A task that has not
 * settled ends with it as cancelled.
 */
export function manifestOf(
  { record, state }: Pick<StoredExecution, 'record' | 'state'>,
  status: Manifest['status'],
  endedAt: string,
): Manifest {
  return {
    schema: 1,
    execution_id: record.execution_id,
    execution_uuid: record.uuid,
    ...(record.title !== undefined && { title: record.title }),
    status,
    created_at: record.created_at,
    started_at: state.summary.started_at,
    ended_at: endedAt,
    tasks: record.tasks.map(({ kind, name, text }, index) => {
      const { status: now = 'pending', attempt = 0, receipts = [], carried_from } = state.tasks[index] ?? {};
      return {
        task: index + 1,
        kind,
        name,
        text_sha256: hash('sha256', text),
        status: isSettled(now) ? now : 'cancelled',
        receipts: Array.from({ length: attempt }, (_, at) => receipts[at] ?? null),
        ...(carried_from && { carried_from }),
      };
    }),
    head: state.summary.evidence.head,
  };
}
