import { invalidRequest, type Finding } from '@cc-executor/contracts';
import { check } from '@cc-executor/foresight';
import type { ExecutionRecord, TaskRecord } from './record.ts';

/** What may be wrong with the tasks of a list before it runs; `task` from 1. */
export function findingsOf(
  tasks: readonly Pick<TaskRecord, 'kind' | 'text'>[],
): (Finding & { task: number })[] {
  const texts = tasks.map(({ text }) => text);
  return tasks.flatMap((task, index) =>
    check(task, texts.slice(0, index)).map((finding) => ({ task: index + 1, ...finding })),
  );
}

/** Throws INVALID_REQUEST with everything that was found; nothing when nothing was. */
export function refuseFindings({ tasks }: Pick<ExecutionRecord, 'tasks'>): void {
  const found = findingsOf(tasks);
  if (found.length === 0) return;
  throw invalidRequest(
    found.map(({ task, code, message }) => ({
      path: `tasks[${String(task - 1)}]`,
      message: `is refused because the list is strict (${code}): ${message}`,
    })),
  );
}
