import { missedTasks, workCounts } from '../needs.ts';
import { titleOf } from '../record.ts';
import { recordOfTask, stateOfTask } from '../stored-execution.ts';
import { tasksIn, type ReportedTask } from './facts.ts';

const FAILED = ['failed', 'timed_out'] as const;

/** Returns the failed tasks, in the order of `latestFirst`, without variants beside one that was taken. */
export function failedTasks(executions: Iterable<ReportedTask['execution']>): ReportedTask[] {
  const failed = [...executions].flatMap((execution) => {
    const missed = new Set(missedTasks(execution.record.tasks, execution.state.tasks));
    return tasksIn([execution], FAILED).filter(({ task }) => missed.has(task));
  });
  return latestFirst(failed);
}

/**
 * Returns tasks list by list: first the list of which one settled last. Those of a list are in its order, as a failure often
 * explains the next one.
 */
export function latestFirst(tasks: readonly ReportedTask[]): ReportedTask[] {
  const settled = new Map<ReportedTask['execution'], string>();
  for (const task of tasks) {
    const at = stateOf(task).completed_at ?? '';
    if (at >= (settled.get(task.execution) ?? '')) settled.set(task.execution, at);
  }
  const time = ({ execution }: ReportedTask) => settled.get(execution) ?? '';
  return tasks.toSorted((a, b) => {
    if (a.execution === b.execution) return a.task - b.task;
    return time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : 0;
  });
}

/** Returns whether what a task changed is in the workspace: a copy is dropped with a variant that was not taken, or a failure. */
export function isInWorkspace(reported: ReportedTask): boolean {
  const { execution, task } = reported;
  const { status, in_copy } = stateOf(reported);
  const isDropped = in_copy === true && status !== 'completed';
  return !isDropped && workCounts(execution.record.tasks, execution.state.tasks, task);
}

/** Returns where a task is, for its entry in the report. */
export function placeOf({ execution, task }: ReportedTask, title: string) {
  return { execution_id: execution.record.execution_id, list: titleOf(execution.record), task, title };
}

/** Returns the record of a reported task. Throws a RangeError if there is no such task. */
export function recordOf({ execution, task }: ReportedTask) {
  return recordOfTask(execution.record, task);
}

/** Returns the state of a reported task. Throws a RangeError if there is no such task. */
export function stateOf({ execution, task }: ReportedTask) {
  return stateOfTask(execution.state, task);
}
