import type { Source } from './source.ts';
import { isRecord } from './task-body.ts';

/** Where a task stands in a file whose list has groups: the place in the list and, in a group, the place there. */
type Origin = readonly [item: number] | readonly [item: number, member: number];

interface Ungrouped {
  tasks: unknown[];
  origins: Origin[];
  /** The names of groups, by the index of their first task. */
  names: Map<number, string>;
  faults: { item: number; member?: number; key?: string; message: string }[];
}

/**
 * Returns the tasks of a list without its `parallel` groups, whose members need what stands before the group and are needed
 * by what stands after it. Null: it has no group.
 */
export function ungrouped(items: readonly unknown[]): Ungrouped | null {
  if (!items.some(isGroup)) return null;
  const all: Ungrouped = { tasks: [], origins: [], names: new Map(), faults: [] };
  let before: Before = { numbers: [], isGroup: false };
  for (const [item, value] of items.entries()) {
    const members = isGroup(value) ? membersOf(value, item, all.faults) : [value];
    if (isGroup(value) && typeof value.name === 'string') all.names.set(all.tasks.length, value.name);
    const numbers: number[] = [];
    for (const [member, task] of members.entries()) {
      if (isGroup(task)) {
        all.faults.push({ item, member, message: 'is a group in a group' });
        continue;
      }
      numbers.push(all.tasks.push(needing(task, before, all.tasks.length)));
      all.origins.push(isGroup(value) ? [item, member] : [item]);
    }
    if (numbers.length > 0) before = { numbers, isGroup: isGroup(value) };
  }
  return all;
}

/** Returns a file whose list has no groups any more; its places are those in the text. */
export function withoutGroups(source: Source): Source {
  const { value } = source;
  const all = isRecord(value) && Array.isArray(value['tasks']) ? ungrouped(value['tasks']) : null;
  if (all === null || !isRecord(value)) return source;
  const faults = all.faults.map(({ item, member, key, message }) => ({
    ...source.locate([
      'tasks',
      item,
      ...(member === undefined ? [] : ['parallel', member]),
      ...(key ? [key] : []),
    ]),
    message: `tasks[${String(item)}]${member === undefined ? '' : `.parallel[${String(member)}]`}${key ? `.${key}` : ''} ${message}`,
  }));
  return {
    ...source,
    value: { ...value, tasks: all.tasks },
    groups: all.names,
    faults: [...source.faults, ...faults],
    locate: (path) => {
      const [first, index, ...rest] = path;
      const origin = first === 'tasks' ? all.origins[Number(index)] : undefined;
      if (!origin) return source.locate(path);
      const [item, member] = origin;
      return source.locate(['tasks', item, ...(member === undefined ? [] : ['parallel', member]), ...rest]);
    },
  };
}

/**
 * Returns the items of a list with its groups, of which `ungrouped` makes the same list; for tasks that have no two at the
 * same time, the tasks. A task that is alone and needs what stands before it says nothing of that. `names`: of the groups, by
 * the index of their first task.
 */
export function grouped<T extends Needing>(
  tasks: readonly T[],
  names: ReadonlyMap<number, string> = new Map(),
): (T | { name?: string; parallel: T[] })[] {
  const needs = neededBy(tasks);
  if (needs === null) return [...tasks];
  const items: (T | { name?: string; parallel: T[] })[] = [];
  let before: number[] = [];
  for (let index = 0; index < tasks.length;) {
    let end = index;
    while (end < tasks.length && isSame(needs[end], before) && tasks[end]?.pick === undefined) end += 1;
    // A group is needed by what follows it; what is left of it otherwise says what it needs.
    while (end - index > 1 && end < tasks.length && !isSame(needs[end], numbersFrom(index, end))) end -= 1;
    const members = tasks.slice(index, Math.max(end, index + 1));
    const name = names.get(index);
    const named = name === undefined ? {} : { name };
    if (members.length > 1) items.push({ ...named, parallel: members.map(withoutNeeds) });
    else items.push(...members.map((task) => (end > index ? withoutNeeds(task) : task)));
    before = numbersFrom(index, index + members.length);
    index += members.length;
  }
  return items;
}

interface Needing {
  name?: string | undefined;
  needs?: readonly (number | string)[] | undefined;
  pick?: number | string | undefined;
}

/** The numbers of what each task needs; null: what one of them needs is not there, so it stays as it is written. */
function neededBy(tasks: readonly Needing[]): number[][] | null {
  const all: number[][] = [];
  const numberOf = (need: number | string) =>
    typeof need === 'number' ? need : tasks.findIndex(({ name }) => name === need) + 1;
  for (const [index, { needs, pick }] of tasks.entries()) {
    const usual = pick !== undefined ? [numberOf(pick)] : index === 0 ? [] : [index];
    const found = needs?.map(numberOf) ?? usual;
    if (found.some((number) => number < 1 || number > index)) return null;
    all.push(found.toSorted((one, other) => one - other));
  }
  return all;
}

function numbersFrom(from: number, end: number): number[] {
  return Array.from({ length: end - from }, (_, index) => from + index + 1);
}

function isSame(one: readonly number[] | undefined, other: readonly number[]): boolean {
  return one?.length === other.length && one.every((number, index) => number === other[index]);
}

function withoutNeeds<T extends object>(task: T): T {
  const { needs: _, ...rest } = task as T & Needing;
  return rest as T;
}

function isGroup(value: unknown): value is { parallel: unknown; name?: unknown } {
  return isRecord(value) && 'parallel' in value;
}

function membersOf(
  { parallel, ...others }: { parallel: unknown },
  item: number,
  faults: Ungrouped['faults'],
): readonly unknown[] {
  const { name, ...unknown } = others as Record<string, unknown>;
  for (const key of Object.keys(unknown))
    faults.push({ item, key, message: 'is nothing that a group has: it has parallel and name' });
  if (name !== undefined && typeof name !== 'string')
    faults.push({ item, key: 'name', message: 'must be a string' });
  if (Array.isArray(parallel) && parallel.length > 0) return parallel;
  faults.push({ item, key: 'parallel', message: 'must be a list with at least one task' });
  // The list itself is not said to be empty as well.
  return ['…'];
}

/** The tasks that stand before another one, without a task between, by number; and whether they are a group. */
interface Before {
  numbers: readonly number[];
  isGroup: boolean;
}

/**
 * A task without `needs` needs the tasks before it; one that picks, outside a group, only its variants.
 * `index`: its own, from 0.
 */
function needing(task: unknown, { numbers: before, isGroup: isBehind }: Before, index: number): unknown {
  const picks = isRecord(task) && task['pick'] !== undefined;
  if (picks && !isBehind) return task;
  const isUsual = index === 0 ? before.length === 0 : before.length === 1 && before[0] === index;
  if ((isUsual && !picks) || (isRecord(task) && task['needs'] !== undefined)) return task;
  if (typeof task === 'string') return { prompt: task, needs: [...before] };
  return isRecord(task) ? { ...task, needs: [...before] } : task;
}
