import type { ReportBranch } from '@cc-executor/contracts';
import type { StoredExecution } from '../ports/store.ts';
import { titleOf } from '../record.ts';

/** Returns the branch that has the work of an execution; none where it has no repository, or nothing was committed. */
export function branchOf({ record, state }: StoredExecution): ReportBranch[] {
  const { repository } = record;
  if (!repository || repository.commits === 'none') return [];
  if (!state.tasks.some(({ status }) => status === 'completed')) return [];
  const { branch, path, deliver } = repository;
  // The last task that could not deliver it; a later one that could has delivered all of it.
  const last = state.tasks
    .filter(({ end, status }) => end !== null && status === 'completed')
    .toSorted((a, b) => ((a.completed_at ?? '') < (b.completed_at ?? '') ? -1 : 1))
    .at(-1);
  const fault = last?.end?.warnings?.find(({ code }) => code === 'not_delivered');
  const isDelivered = deliver !== 'none' && fault === undefined;
  return [
    {
      execution_id: record.execution_id,
      list: titleOf(record),
      branch,
      repository: path,
      is_delivered: isDelivered,
      sentence: fault?.message ?? PLACES[deliver](path),
    },
  ];
}

const PLACES: Readonly<Record<'branch' | 'push' | 'none', (path: string | null) => string>> = {
  branch: (path) => (path === null ? 'It is in the repository.' : `It is in ${path}.`),
  push: () => 'It is in the remote of the repository.',
  none: () => 'It is in the workspace only.',
};
