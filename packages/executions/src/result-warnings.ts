import type { AttemptEnd, TaskResult, TaskWarning } from '@cc-executor/contracts';

interface Warned {
  warnings: readonly TaskWarning[];
  end: Pick<AttemptEnd, 'findings'> | null;
}

/** Returns everything that is worth knowing of a task: its warnings, then what its answer says and is not so. */
export function resultWarnings({ warnings, end }: Warned): NonNullable<TaskResult['warnings']> {
  const findings = (end?.findings ?? []).map(({ code, message }) => ({ code, message }));
  return [...warnings, ...findings];
}

/** True where something is worth knowing of a task: if it completed, it did so with warnings. */
export function isWarned(task: Warned): boolean {
  return resultWarnings(task).length > 0;
}
