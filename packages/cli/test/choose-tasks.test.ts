import { expect, it } from 'vitest';
import { chosenTasks, taskNamed } from '../src/options/choose-tasks.ts';

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

it('a prompt with variants is the one that was picked, or is named by numbers', () => {
  const variants = [1, 2].map((number) => ({
    task_number: number + 1,
    name: `write (${String(number)} of 2)`,
    variant: { number },
  }));
  const tasks = [{ task_number: 1, name: 'plan' }, ...variants, { task_number: 4, name: 'pick' }];
  expect(() => taskNamed(tasks, 'write')).toThrow(
    '"write" has variants, and none of them was picked: name one by its number, 2 or 3.',
  );
  const [, , , last = { task_number: 4, name: 'pick' }] = tasks;
  const picked = { task: 3, variant: 2 };
  for (const more of [{ picked }, { end: { picked } }])
    expect(taskNamed([...tasks.slice(0, 3), { ...last, ...more }], 'write').task_number).toBe(3);
  expect(taskNamed(tasks, 'write (1 of 2)').task_number).toBe(2);
  expect(() => taskNamed(tasks, 'wrote')).toThrow('There is no task "wrote"');
});
