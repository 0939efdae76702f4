import { numbered } from '@cc-executor/contracts/task-numbers';
import type { ReportBranch, WarningCode } from '@cc-executor/contracts';
import type { StoredExecution } from '../ports/store.ts';
import { titleOf } from '../record.ts';
import type { TaskState } from '../state.ts';

/** The work of a task with one of these is not on the branch: the sentence about it. */
const NOT_ON_BRANCH: Partial<Record<WarningCode, (task: number, message: string) => string>> = {
  not_committed: (task, message) => `The work of task ${String(task)} is not on it: ${message}`,
  // It names the task and its work.
  not_joined: (_, message) => message,
};

/**
 * Returns the branch that has the work of an execution; none where it has no repository, or none of its own tasks succeeded
 * and nothing was delivered. It is promised to be there only if it is known that something was delivered. `delivered`: what
 * was delivered last, where that may have been after its end.
 */
export function branchOf(
  { record, state }: Pick<StoredExecution, 'record' | 'state'>,
  delivered = state.summary.delivered,
): ReportBranch[] {
  const { repository } = record;
  if (!repository || repository.commits === 'none') return [];
  // What was carried over is on the branch of the execution that did it.
  const done = numbered(state.tasks).filter(([, task]) => task.status === 'completed' && !task.carried_from);
  if (done.length === 0 && !delivered) return [];
  const { branch, path, deliver } = repository;
  const missing = done.flatMap(([number, task]) => {
    const [sentence] = task.warnings.flatMap(
      ({ code, message }) => NOT_ON_BRANCH[code]?.(number, message) ?? [],
    );
    return sentence ?? [];
  });
  const fault = undelivered(done.map(([, task]) => task));
  const sentences = [...(fault === null ? [] : [fault]), ...missing];
  return [
    {
      execution_id: record.execution_id,
      list: titleOf(record),
      branch,
      repository: path,
      commit: delivered?.commit ?? null,
      is_delivered: deliver !== 'none' && sentences.length === 0,
      sentence:
        sentences.length > 0
          ? shortened(sentences)
          : `${delivered ? 'It' : 'If a task changed something, it'} is ${PLACES[deliver](path)}.`,
    },
  ];
}

/** Returns whether the work of an execution is to leave its workspace by itself. */
export function promisesBranch({ record: { repository } }: StoredExecution): boolean {
  return repository !== undefined && repository.deliver !== 'none';
}

/** Returns why the branch could not be delivered; null: nothing prevented it. */
function undelivered(done: readonly TaskState[]): string | null {
  const faultOf = ({ warnings }: TaskState) => warnings.findLast(({ code }) => code === 'not_delivered');
  // A task that began after the fault has delivered all of it, if it could. Copies end in another order than they begin.
  const mended = done.filter((task) => !faultOf(task)).map(({ started_at }) => started_at ?? '');
  const open = done.flatMap((task) => {
    const fault = faultOf(task);
    const isMended = mended.some((begun) => begun >= (task.completed_at ?? '~'));
    return fault && !isMended ? [fault.message] : [];
  });
  return open.at(-1) ?? null;
}

function shortened(sentences: readonly string[]): string {
  const [first = '', ...others] = sentences;
  return others.length === 0 ? first : `${first} (and ${String(others.length)} more)`;
}

const PLACES: Readonly<Record<'branch' | 'push' | 'none', (path: string | null) => string>> = {
  branch: (path) => `in ${path ?? 'the repository'}`,
  push: () => 'in the remote of the repository',
  none: () => 'in the workspace only',
};
