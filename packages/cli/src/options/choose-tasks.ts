import { CliError, EXIT } from '../exits/exit-codes.ts';

interface Settled {
  status: string;
  attempt: number;
  variant?: { number: number } | undefined;
  picked?: { task: number; variant: number } | null | undefined;
}

interface Nameable {
  task_number: number;
  name?: string | null;
  task_description?: string;
}

/** Returns the task of this number or name. Throws a CliError where there is none. */
export function taskNamed<T extends Nameable>(tasks: readonly T[], named: string): T {
  const isCalled = ({ name, task_description }: T) => named === name || named === task_description;
  const found = tasks.find((task) => String(task.task_number) === named) ?? tasks.find(isCalled);
  if (found !== undefined) return found;
  const most = String(tasks.length);
  throw new CliError(
    EXIT.usage,
    `There is no task "${named}"; name one by its name or its number, 1 to ${most}.`,
  );
}

/** Returns the number of the task of this number or name; undefined: none was requested. Throws as `taskNamed`. */
export async function taskNumberOf(
  execution: { details: () => Promise<{ tasks: readonly Nameable[] }> },
  named: string | undefined,
): Promise<number | undefined> {
  if (named === undefined) return undefined;
  // Whether there is a task of that number is reported by what is asked next.
  if (/^[1-9]\d{0,8}$/.test(named)) return Number(named);
  return taskNamed((await execution.details()).tasks, named).task_number;
}

/** Returns the tasks that were requested, in their order; all of them where none was. */
export function chosenTasks<T extends Nameable & Settled>(
  tasks: readonly T[],
  { task: named, failed }: { task?: readonly string[]; failed?: true },
): T[] {
  const wanted = named === undefined ? null : new Set(named.map((one) => taskNamed(tasks, one)));
  // The number before the first of the variants of which one was taken: the others are no failures.
  const chosen = new Set(tasks.flatMap(({ picked }) => (picked ? [picked.task - picked.variant] : [])));
  const isSpare = ({ task_number, variant }: T) => variant && chosen.has(task_number - variant.number);
  return tasks.filter(
    (task) =>
      (wanted === null || wanted.has(task)) && (!failed || (hasFailed(task) && isSpare(task) !== true)),
  );
}

function hasFailed({ status, attempt }: Settled): boolean {
  return status === 'failed' || status === 'timed_out' || (status === 'cancelled' && attempt > 0);
}
