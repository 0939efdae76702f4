import { echo } from '../language/errors.ts';
import { LIMITS } from '../language/limits.ts';
import { allNeeded } from './needs.ts';
import { resolveNeed, type Referable } from './references.ts';

type Texts = Readonly<Record<string, unknown>>;

/** The tasks of an execution that a task of its list becomes. */
interface Place {
  /** The index of the first of them, from 0. */
  first: number;
  /** The number of its variants; 1: it has none. */
  count: number;
}

/** The variants of a list; tasks by index from 0, in the list as it was written. */
export interface VariantsInList {
  /** How many variants each task has; 1: it has none. */
  counts: readonly number[];
  /** The task with variants that a task picks from, by the task that picks. */
  picked: ReadonlyMap<number, number>;
  /** The task that picks from a task with variants. */
  picking: ReadonlyMap<number, number>;
}

/** Options that decide the form of an answer: that of a task that picks is a choice. */
const FORMS = ['json', 'json_mode', 'json_schema'] as const;
const CHECKS = ['checks', 'on_check_failure', 'max_fixes'] as const;

/** Returns the number of variants of a task of a list; 1: it has none. It may have a wrong type that is reported elsewhere. */
export function variantsOf(task: unknown): number {
  const { variants } = (typeof task === 'object' && task !== null ? task : {}) as Texts;
  const isNumber = typeof variants === 'number' && Number.isInteger(variants);
  return isNumber && variants >= 2 && variants <= LIMITS.variants ? variants : 1;
}

/** Returns which tasks of an execution each task of its list becomes. */
export function placesOf(tasks: readonly unknown[]): Place[] {
  const places: Place[] = [];
  let first = 0;
  for (const task of tasks) {
    const count = variantsOf(task);
    places.push({ first, count });
    first += count;
  }
  return places;
}

/** Returns the index in the list of the task that a task of its execution comes from; both from 0. */
export function listIndexOf(places: readonly Place[], index: number): number {
  return places.findIndex(({ first, count }) => index < first + count);
}

/** Returns what a list has of variants. Faults of it are left out: `variantFaults` reports them. */
export function variantsIn(tasks: readonly Texts[], referable: readonly Referable[]): VariantsInList {
  const counts = tasks.map(variantsOf);
  const picked = new Map<number, number>();
  const picking = new Map<number, number>();
  for (const [index, { pick }] of tasks.entries()) {
    if (typeof pick !== 'string' && typeof pick !== 'number') continue;
    const found = resolveNeed(pick, referable, index);
    if (typeof found !== 'number' || counts[found] === 1 || picking.has(found)) continue;
    picked.set(index, found);
    picking.set(found, index);
  }
  return { counts, picked, picking };
}

/**
 * Returns what each task needs, by index from 0: also what it says no word about. A task that picks needs the variants, and
 * nothing else unless it says so. What can't be needed is left out.
 */
export function neededIn(
  tasks: readonly Texts[],
  referable: readonly Referable[],
  { picked }: Pick<VariantsInList, 'picked'>,
): number[][] {
  return tasks.map(({ needs }, index) => {
    const from = picked.get(index);
    const own = Array.isArray(needs)
      ? (needs as unknown[]).flatMap((need) => {
          const isName = typeof need === 'string' || typeof need === 'number';
          const found = isName ? resolveNeed(need, referable, index) : null;
          return typeof found === 'number' ? [found] : [];
        })
      : from !== undefined || index === 0
        ? []
        : [index - 1];
    return from === undefined || own.includes(from) ? own : [...own, from];
  });
}

/** Reports what is wrong with variants and with what picks them. */
export function* variantFaults(
  tasks: readonly Texts[],
  referable: readonly Referable[],
): Generator<{ path: (string | number)[]; message: string }> {
  const all = variantsIn(tasks, referable);
  const places = placesOf(tasks);
  const total = (places.at(-1)?.first ?? 0) + (places.at(-1)?.count ?? 0);
  if (total > LIMITS.tasks && tasks.length <= LIMITS.tasks) {
    const message = `has ${String(total)} tasks with their variants; at most ${String(LIMITS.tasks)} are allowed`;
    yield { path: ['tasks'], message };
  }
  // What is picked by a name that stands for none, or for several, may be any of them.
  const isUnclear = tasks.some(
    ({ pick }, index) =>
      (typeof pick === 'string' || typeof pick === 'number') &&
      typeof resolveNeed(pick, referable, index) === 'string',
  );
  for (const [index, task] of tasks.entries()) {
    const at = (...names: (string | number)[]) => ['tasks', index, ...names];
    if ((all.counts[index] ?? 1) > 1) {
      if (!all.picking.has(index) && !isUnclear)
        yield { path: at('variants'), message: 'is for nothing: no later task picks one of them (pick)' };
    }
    if (task['pick'] !== undefined) yield* pickFaults(task, { index, tasks, referable, all });
    for (const { place, need } of needsOfVariants(task, { index, referable, all })) {
      const by = all.picking.get(need);
      const then = by === undefined ? '' : `: need task ${String(by + 1)}, which picks one`;
      const what = `task ${String(need + 1)}, which has variants${then}`;
      yield place === null
        ? { path: at(), message: `has no needs, so it needs ${what}` }
        : { path: at('needs', place), message: `is ${what}` };
    }
  }
}

function* pickFaults(
  task: Texts,
  {
    index,
    tasks,
    referable,
    all,
  }: { index: number; tasks: readonly Texts[]; referable: readonly Referable[]; all: VariantsInList },
): Generator<{ path: (string | number)[]; message: string }> {
  const path = ['tasks', index, 'pick'];
  for (const name of FORMS)
    if (task[name] !== undefined)
      yield { path: ['tasks', index, name], message: 'excludes pick: the answer is the choice' };
  for (const name of CHECKS)
    if (task[name] !== undefined)
      yield { path: ['tasks', index, name], message: 'excludes pick: nothing that it changes is kept' };
  if (task['when'] !== undefined)
    yield { path: ['tasks', index, 'when'], message: 'excludes pick, which needs one that has completed' };
  const { pick } = task;
  if (typeof pick !== 'string' && !Number.isInteger(pick)) return;
  const found = resolveNeed(pick as string | number, referable, index);
  if (typeof found === 'string') yield { path, message: found };
  else if (tasks[found]?.['variants'] === undefined)
    yield { path, message: `is task ${String(found + 1)}, which has no variants` };
  else if (all.picking.get(found) !== undefined && all.picking.get(found) !== index)
    yield {
      path,
      message: `is task ${String(found + 1)}, of which task ${String((all.picking.get(found) ?? 0) + 1)} picks one`,
    };
}

/** A task that needs variants without picking one; `place`: in its needs; null: it has none. */
function needsOfVariants(
  { needs, pick }: Texts,
  { index, referable, all }: { index: number; referable: readonly Referable[]; all: VariantsInList },
): { place: number | null; need: number }[] {
  const isOther = (need: number) => (all.counts[need] ?? 1) > 1 && all.picked.get(index) !== need;
  if (!Array.isArray(needs))
    return index > 0 && pick === undefined && isOther(index - 1) ? [{ place: null, need: index - 1 }] : [];
  return (needs as unknown[]).flatMap((one, place) => {
    const found =
      typeof one === 'string' || typeof one === 'number' ? resolveNeed(one, referable, index) : null;
    return typeof found === 'number' && isOther(found) ? [{ place, need: found }] : [];
  });
}

/** Returns why a reference can't stand for what the picked one of some variants gave; null: it can. */
export function referenceFault(
  text: string,
  { found, index }: { found: number; index: number },
  { counts, picking }: VariantsInList,
  needs: readonly (readonly number[])[],
): string | null {
  if ((counts[found] ?? 1) === 1) return null;
  const by = picking.get(found);
  if (by === index) return `${echo(text)}: this task gets what all of its variants gave, without a reference`;
  if (by !== undefined && allNeeded(needs, index).has(by)) return null;
  const which = by === undefined ? 'which nothing picks from' : `from which task ${String(by + 1)} picks`;
  return `${echo(text)}: task ${String(found + 1)} has variants, ${which}: this task must need that`;
}

/** Returns the schema of the answer of a prompt that picks one of these variants; by their numbers, from 1. */
export function choiceSchema(numbers: readonly number[]): Record<string, unknown> {
  return {
    type: 'object',
    properties: {
      variant: { type: 'integer', enum: [...numbers], description: 'The number of the variant.' },
      why: { type: 'string', description: 'Why this one, in a sentence or two.' },
    },
    required: ['variant', 'why'],
    additionalProperties: false,
  };
}
