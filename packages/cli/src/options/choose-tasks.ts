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
  variant?: { number: number } | undefined;
  picked?: { task: number } | null | undefined;
  end?: { picked?: { task: number } | null | undefined } | null;
}

/**
 * Returns the task of this number or name; of a prompt with variants, the one that was picked. Throws a CliError where there is
 * none.
 */
export function taskNamed<T extends Nameable>(tasks: readonly T[], named: string): T {
  const isCalled = ({ name, task_description }: T) => named === name || named === task_description;
  const found = tasks.find((task) => String(task.task_number) === named) ?? tasks.find(isCalled);
  if (found !== undefined) return found;
  const variants = tasks.filter((task) => task.variant && isVariantOf(task, named));
  if (variants.length > 0) return pickedOf(tasks, variants, named);
  const most = String(tasks.length);
  throw new CliError(
    EXIT.usage,
    `There is no task "${named}"; name one by its name or its number, 1 to ${most}.`,
  );
}

function isVariantOf({ name, task_description }: Nameable, named: string): boolean {
  return [name, task_description].some((text) => text?.replace(/ \(\d+ of \d+\)$/, '') === named);
}

function pickedOf<T extends Nameable>(tasks: readonly T[], variants: readonly T[], named: string): T {
  const taken = new Set(tasks.flatMap(({ picked, end }) => (picked ?? end?.picked)?.task ?? []));
  const found = variants.find(({ task_number }) => taken.has(task_number));
  if (found !== undefined) return found;
  const numbers = variants.map(({ task_number }) => String(task_number));
  throw new CliError(
    EXIT.usage,
    `"${named}" has variants, and none of them was picked: name one by its number, ${numbers.slice(0, -1).join(', ')} or ${numbers.at(-1) ?? ''}.`,
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
