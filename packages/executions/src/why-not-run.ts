import { numbered, taskAt } from '@cc-executor/contracts/task-numbers';
import { SKIP_REASONS, type SkipReason } from '@cc-executor/contracts';
import { graphOf, needsOf } from './needs.ts';
import type { StoredExecution } from './ports/store.ts';
import type { TaskState } from './state.ts';

/** The number of failed tasks that are named. */
const NAMED = 3;

type Known = Pick<StoredExecution, 'record' | 'state'>;

/** Returns the code of the reason for which a task was never started; undefined: it was, or may be, or that is not known. */
export function skipReasonOf({ attempt, skipped, not_needed }: TaskState): SkipReason | undefined {
  // One that was attempted may be cancelled before its next attempt.
  return attempt > 0 ? undefined : (skipped ?? (not_needed === true ? 'not_needed' : undefined));
}

/** Returns why a task was never started, in a sentence; `number` from 1. Null: it was, or may be, or that is not known. */
export function whyNotRun(execution: Known, number: number): string | null {
  const { record, state } = execution;
  const now = taskAt(state.tasks, number);
  const task = taskAt(record.tasks, number);
  const reason = now && skipReasonOf(now);
  if (!task || reason === undefined) return null;
  if (reason === 'not_needed') {
    if (task.variant) return 'It was not needed: another variant was taken.';
    if (task.picks) return 'It was not needed: none of its variants was.';
    return 'It was not needed: it is for a failure, and nothing that it needs had failed.';
  }
  if (reason !== 'task_failed') return SKIP_REASONS[reason];
  if (task.picks?.every((variant) => !isDone(taskAt(state.tasks, variant))))
    return 'It was not run: none of its variants succeeded.';
  const failed = failedBefore(execution, number);
  if (failed.length > 0) return `It was not run: ${namesOf(failed)}, which it needs, did not succeed.`;
  const others = allFailed(execution);
  if (others.length > 0)
    return `It was not run: the list stops at a failure, and ${namesOf(others)} did not succeed.`;
  return SKIP_REASONS.task_failed;
}

/** Returns what failed of that which a task needs: directly if something did, else through others. */
function failedBefore(execution: Known, number: number): number[] {
  const { tasks } = execution.record;
  const failed = new Set(allFailed(execution));
  const direct = needsOf(tasks, number).filter((one) => failed.has(one));
  if (direct.length > 0) return direct;
  return graphOf(tasks)
    .all(number)
    .filter((one) => failed.has(one));
}

/** A variant that failed is no failure by itself. */
function allFailed({ record, state }: Known): number[] {
  return numbered(state.tasks).flatMap(([task, { status, attempt }]) => {
    const hasFailed =
      status === 'failed' || status === 'timed_out' || (status === 'cancelled' && attempt > 0);
    return hasFailed && !taskAt(record.tasks, task)?.variant ? [task] : [];
  });
}

function isDone(task: TaskState | undefined): boolean {
  return task?.status === 'completed';
}

function namesOf(numbers: readonly number[]): string {
  const more = numbers.length - NAMED;
  const shown = numbers.slice(0, NAMED).map(String);
  if (more > 0) return `tasks ${shown.join(', ')} and ${String(more)} more`;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? `task ${last}` : `tasks ${shown.join(', ')} and ${last}`;
}
