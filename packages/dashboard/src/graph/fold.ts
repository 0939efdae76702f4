import { indexOfTask, numbered, taskAt } from '@cc-executor/contracts/task-numbers';

/** `to` needs `from`; both are numbers of tasks, from 1. */
export interface Need {
  from: number;
  to: number;
}

/** A box of the drawing: one task, or several that are folded into it. */
export interface GraphNode {
  key: string;
  /** The numbers of its tasks, from 1. */
  tasks: readonly number[];
  /** From 0; what it needs is in rows before. */
  row: number;
}

interface Folded {
  boxes: readonly GraphNode[];
  /** Pairs of indices of boxes; the first is needed by the second. */
  lines: readonly (readonly [number, number])[];
  /** The index of the box of a task, by its number less one. */
  boxOf: readonly number[];
}

/** The number of tasks in a row that have their own boxes; in a longer row, tasks with one state share a box. */
const WIDE = 6;
/** The number of rows that are drawn. */
const TALL = 30;
/** The states that are looked for in a graph: a row that has one of them is folded last. */
const MATTERS: ReadonlySet<string> = new Set(['failed', 'timed_out', 'running']);

/** Returns the layer of each task, from 0: it is behind those of all that it needs. */
export function layersOf(tasks: number, needs: readonly Need[]): number[] {
  const layers = Array.from({ length: tasks }, () => 0);
  // A task needs earlier ones only: in the order of those that need, each layer is known when it is requested.
  for (const { from, to } of needs.toSorted((one, other) => one.to - other.to))
    layers[indexOfTask(to)] = Math.max(taskAt(layers, to) ?? 0, (taskAt(layers, from) ?? 0) + 1);
  return layers;
}

/**
 * Returns the boxes of a graph of any size, few enough to be looked at: at most 30 rows, of at most 13 boxes each. Tasks
 * that run or failed are drawn alone while there is room.
 */
export function fold(statuses: readonly string[], needs: readonly Need[], layers: readonly number[]): Folded {
  const boxes = bandsOf(statuses, layers).flatMap((band, row) =>
    (band.isFolded ? [band.tasks] : rowOf(band.tasks, statuses)).map((tasks): GraphNode => ({
      key: `${tasks.length === 1 ? 'task' : 'tasks'} ${String(tasks[0])}`,
      tasks,
      row,
    })),
  );
  const boxOf: number[] = [];
  for (const [index, { tasks }] of boxes.entries())
    for (const task of tasks) boxOf[indexOfTask(task)] = index;
  const lines = new Map<string, readonly [number, number]>();
  for (const { from, to } of needs) {
    const [before, after] = [taskAt(boxOf, from), taskAt(boxOf, to)];
    if (before !== undefined && after !== undefined && before !== after)
      lines.set(`${String(before)} ${String(after)}`, [before, after]);
  }
  return { boxes, lines: [...lines.values()], boxOf };
}

interface Band {
  tasks: readonly number[];
  /** True: it has several layers, and is one box. */
  isFolded: boolean;
}

/** Returns the layers, in their order; where they are too many, those beside each other in which nothing matters as one. */
function bandsOf(statuses: readonly string[], layers: readonly number[]): Band[] {
  const byLayer: number[][] = [];
  for (const [task, layer] of numbered(layers)) (byLayer[layer] ??= []).push(task);
  const single = byLayer.map((tasks): Band => ({ tasks, isFolded: false }));
  if (single.length <= TALL) return single;
  const matters = (tasks: readonly number[]) =>
    tasks.some((task) => MATTERS.has(taskAt(statuses, task) ?? ''));
  const bands: Band[] = [];
  for (const layer of single) {
    const last = bands.at(-1);
    if (last && !matters(last.tasks) && !matters(layer.tasks))
      bands[bands.length - 1] = { tasks: [...last.tasks, ...layer.tasks], isFolded: true };
    else bands.push(layer);
  }
  if (bands.length <= TALL) return bands;
  const size = Math.ceil(byLayer.length / TALL);
  return Array.from({ length: Math.ceil(byLayer.length / size) }, (_, index) => ({
    tasks: byLayer.slice(index * size, (index + 1) * size).flat(),
    isFolded: true,
  }));
}

/** Returns the boxes of one layer: what matters alone while there is room, and the rest by state. */
function rowOf(tasks: readonly number[], statuses: readonly string[]): (readonly number[])[] {
  if (tasks.length <= WIDE) return tasks.map((task) => [task]);
  const statusOf = (task: number) => taskAt(statuses, task) ?? '';
  const alone = new Set(tasks.filter((task) => MATTERS.has(statusOf(task))).slice(0, WIDE));
  const rest = Map.groupBy(
    tasks.filter((task) => !alone.has(task)),
    statusOf,
  );
  return [...[...alone].map((task) => [task]), ...rest.values()];
}
