import { numbered, taskAt, taskPath } from '@cc-executor/contracts/task-numbers';
import { invalidRequest, type Finding } from '@cc-executor/contracts';
import { check } from '@cc-executor/task-analysis';
import { setImmediate } from 'node:timers/promises';
import type { ExecutionRecord, TaskRecord } from './record.ts';

/** The number of tasks that are checked before other work gets its turn; some ten milliseconds. */
const CHUNK = 10;

/** Returns what may be wrong with each task of a list before it runs. A long list does not block the process. */
export async function findingsByTask(
  tasks: readonly Pick<TaskRecord, 'kind' | 'text'>[],
): Promise<Finding[][]> {
  const earlier: string[] = [];
  const found: Finding[][] = [];
  for (const task of tasks) {
    found.push(check(task, earlier));
    earlier.push(task.text);
    if (found.length % CHUNK === 0) await setImmediate();
  }
  return found;
}

/** Returns the findings of all tasks in one list; `task` from 1. */
export async function findingsOf(
  tasks: readonly Pick<TaskRecord, 'kind' | 'text'>[],
): Promise<(Finding & { task: number })[]> {
  const found = await findingsByTask(tasks);
  return numbered(found).flatMap(([task, findings]) => findings.map((finding) => ({ task, ...finding })));
}

/** Throws INVALID_REQUEST with all findings; does nothing without findings. */
export async function refuseFindings({ tasks }: Pick<ExecutionRecord, 'tasks'>): Promise<void> {
  const all = await findingsOf(tasks);
  // Of variants, which are the same, one speaks for all.
  const found = all.filter(({ task }) => (taskAt(tasks, task)?.variant?.number ?? 1) === 1);
  if (found.length === 0) return;
  throw invalidRequest(
    found.map(({ task, code, message }) => ({
      path: taskPath(task),
      message: `is refused because the list is strict (${code}): ${message}`,
    })),
  );
}
