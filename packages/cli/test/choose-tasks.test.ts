import { expect, it } from 'vitest';
import { chosenTasks } from '../src/options/choose-tasks.ts';

it('a variant that failed beside the one that was taken is not among the failed tasks', () => {
  const task = (task_number: number, status: string, more = {}) => ({
    task_number,
    status,
    attempt: 1,
    ...more,
  });
  const variants = [
    task(1, 'failed'),
    task(2, 'failed', { variant: { number: 1, of: 2 } }),
    task(3, 'completed', { variant: { number: 2, of: 2 } }),
  ];
  const numbers = (picked: unknown) =>
    chosenTasks([...variants, task(4, 'completed', { picked })], { failed: true }).map(
      ({ task_number: number }) => number,
    );
  expect(numbers({ task: 3, variant: 2 })).toEqual([1]);
  expect(numbers(null)).toEqual([1, 2]);
});
