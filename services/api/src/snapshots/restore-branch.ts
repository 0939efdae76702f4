import type { EventData, RestoreRequest, RestoreView, RepositoryRecord } from '@cc-executor/contracts';
import type { ExecutionRecord, WorkspaceOf } from '@cc-executor/executions';
import type { RepositoryWork } from '@cc-executor/workspaces';

export interface BranchPorts {
  /** Opens what is done for a repository of the user in a clone. */
  openRepository: (record: ExecutionRecord, of: RepositoryRecord, workspace: string) => RepositoryWork;
  workspaces: { prepare: (of: WorkspaceOf) => Promise<string> };
}

/** The state of the branch after a restore. */
interface RestoredBranch {
  view: NonNullable<RestoreView['branch']>;
  /** The delivery; null: it was there already, or is not delivered. */
  delivered: EventData<'workspace.delivered'> | null;
}

/**
 * Lets the branch of a clone go along with a restore of its files: by a commit on top, or back to the commit of that time.
 * Null: there is no clone, or its tasks are not committed. What fails is a warning: the files are restored.
 */
export async function restoreBranch(
  { openRepository, workspaces }: BranchPorts,
  record: ExecutionRecord,
  request: RestoreRequest,
): Promise<RestoredBranch | null> {
  const { repository } = record;
  if (repository?.commits !== 'per_task') return null;
  const work = openRepository(record, repository, await workspaces.prepare(record));
  const warnings: string[] = [];
  const attempt = async (what: () => Promise<readonly string[]>) => {
    try {
      warnings.push(...(await what()));
    } catch (error) {
      warnings.push((error as Error).message);
    }
  };
  await work.prepare();
  await attempt(async () => {
    if (request.hard) {
      await work.reset(firstBeyond(request));
      return [];
    }
    return (await commit(work, record, request))?.warnings ?? [];
  });
  let delivered: RestoredBranch['delivered'] = null;
  await attempt(async () => {
    const { branch, deliver: to } = repository;
    const done = await work.deliver();
    if (done && to !== 'none') delivered = { to, branch, commit: done.commit };
    return [];
  });
  return { view: { name: repository.branch, commit: await work.tip(), warnings }, delivered };
}

/** The first task whose work is not on the branch any more. */
function firstBeyond({ before_task, after_task }: RestoreRequest): number {
  return before_task ?? (after_task ?? 0) + 1;
}

async function commit(work: RepositoryWork, record: ExecutionRecord, request: RestoreRequest) {
  const { before_task, after_task, snapshot } = request;
  const to =
    before_task !== undefined
      ? `before task ${String(before_task)}`
      : after_task !== undefined
        ? `after task ${String(after_task)}`
        : `at snapshot ${snapshot ?? ''}`;
  const trailers = { Execution: record.execution_id, Restored: to };
  return await work.commit({ task: null, subject: `Restore what was ${to}`, trailers });
}
