import type { AttemptEnd, TaskResult, TaskWarning } from '@cc-executor/contracts';

interface Warned {
  warnings: readonly TaskWarning[];
  end: Pick<AttemptEnd, 'findings'> | null;
}

/** Returns a task's warnings, then the false claims of its answer. */
export function resultWarnings({ warnings, end }: Warned): NonNullable<TaskResult['warnings']> {
  const findings = (end?.findings ?? []).map(({ code, message }) => ({ code, message }));
  return [...warnings, ...findings];
}

/** Returns whether a task has warnings or findings: if it completed, it completed with warnings. */
export function isWarned(task: Warned): boolean {
  return resultWarnings(task).length > 0;
}
