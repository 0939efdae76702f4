// Tasks have numbers from 1, in their list and in everything that people and programs see. Only this file says where the
// task with a number is in an array.

/** Returns the item of a task in an array with one item for each task of a list; undefined: there is no such task. */
export function taskAt<T>(tasks: readonly T[], task: number): T | undefined {
  return tasks[indexOfTask(task)];
}

/** Returns the items of such an array for the tasks before one. */
export function earlierTasks<T>(tasks: readonly T[], task: number): T[] {
  return tasks.slice(0, indexOfTask(task));
}

/** Returns the index of the item of a task in such an array. */
export function indexOfTask(task: number): number {
  return task - 1;
}

/** Returns the number of the task that the item at an index of such an array is for. */
export function numberAt(index: number): number {
  return index + 1;
}

/** Returns the items of such an array, each with the number of its task. */
export function numbered<T>(tasks: readonly T[]): [task: number, item: T][] {
  return tasks.map((item, index) => [numberAt(index), item]);
}

/** Returns the numbers of `count` tasks, from 1. */
export function taskNumbers(count: number): number[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => numberAt(index));
}

/** Returns the path of a task in a request, as faults name it: `tasks[0]` for task 1. */
export function taskPath(task: number): string {
  return `tasks[${String(indexOfTask(task))}]`;
}
