import { numbered, taskAt } from '@cc-executor/contracts/task-numbers';
import { isSettled, type Manifest } from '@cc-executor/contracts';
import { hash } from 'node:crypto';
import type { StoredExecution } from './ports/store.ts';
import { branchOf } from './report/branch-of.ts';
import { whyNotRun } from './why-not-run.ts';

/**
 * Returns the manifest of an execution that ends now, by its log; `endedAt` in RFC 3339. A task that has not
 * settled ends with it as cancelled.
 */
export function manifestOf(
  { record, state }: Pick<StoredExecution, 'record' | 'state'>,
  status: Manifest['status'],
  endedAt: string,
): Manifest {
  const branch = branchIn({ record, state });
  return {
    schema: 1,
    execution_id: record.execution_id,
    execution_uuid: record.uuid,
    ...(record.title !== undefined && { title: record.title }),
    status,
    created_at: record.created_at,
    started_at: state.summary.started_at,
    ended_at: endedAt,
    tasks: numbered(record.tasks).map(([task, { kind, name, text, variant }]) => {
      const {
        status: now = 'pending',
        attempt = 0,
        receipts = [],
        carried_from,
        warnings = [],
      } = taskAt(state.tasks, task) ?? {};
      const why = whyNotRun({ record, state }, task);
      return {
        task,
        kind,
        name,
        text_sha256: hash('sha256', text),
        status: isSettled(now) ? now : 'cancelled',
        receipts: Array.from({ length: attempt }, (_, at) => receipts[at] ?? null),
        ...(carried_from && { carried_from }),
        ...(why !== null && { not_run: why }),
        ...(warnings.length > 0 && { warnings: warnings.map(({ message }) => message) }),
        ...(variant && { variant: { number: variant.number, of: variant.of } }),
      };
    }),
    ...(branch && { branch }),
    head: state.summary.evidence.head,
  };
}

function branchIn(execution: Pick<StoredExecution, 'record' | 'state'>): Manifest['branch'] {
  const [found] = branchOf(execution);
  if (!found) return undefined;
  const { branch: name, commit, is_delivered, sentence } = found;
  return { name, commit, is_delivered, sentence };
}
