import { describe, expect, it } from 'vitest';
import {
  earlierTasks,
  indexOfTask,
  numberAt,
  numbered,
  taskAt,
  taskNumbers,
  taskPath,
} from '../src/language/task-numbers.ts';

const tasks = ['first', 'second', 'third'];

describe('the numbers of tasks', () => {
  it('start at 1, and name no item outside of the list', () => {
    expect([0, 1, 3, 4].map((task) => taskAt(tasks, task))).toEqual([undefined, 'first', 'third', undefined]);
    expect([earlierTasks(tasks, 1), earlierTasks(tasks, 3)]).toEqual([[], ['first', 'second']]);
    expect(numbered(tasks)).toEqual([
      [1, 'first'],
      [2, 'second'],
      [3, 'third'],
    ]);
    expect([taskNumbers(3), taskNumbers(0), taskNumbers(-1)]).toEqual([[1, 2, 3], [], []]);
  });

  it('become an index and back only in paths and arrays', () => {
    expect([indexOfTask(1), numberAt(0), taskPath(2)]).toEqual([0, 1, 'tasks[1]']);
  });
});
