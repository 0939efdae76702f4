import { expect, it } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinOf, list } from './copies-under-test.ts';

it('lets tasks that are shared work in the workspace, with what they need, and gives nothing else of it to others', async () => {
  const under = list([[], [], [], [3], [1]], { a: 'a\n' }, { shared: [3, 5] });
  const run = await under.open();
  expect(
    [1, 3, 5].map((task) => [run.copies.has(task), run.shared.has(task), run.mayRunBeside(task)]),
  ).toEqual([
    [true, false, true],
    [false, true, true],
    [false, true, true],
  ]);
  const first = await under.attempt(run, 1, { one: '1\n' });
  expect(first.workspace).not.toBe(under.main);
  under.end(run, 1, 'completed');
  await under.attempt(run, 2, { two: '2\n' });
  under.end(run, 2, 'completed');
  expect(await joinOf(run, 2)).toBeNull();
  const third = await under.attempt(run, 3, {});
  expect(third.workspace).toBe(under.main);
  // While it runs there, nothing is added: task 5 would have to wait.
  expect(await run.copies.hasJoined(5)).toBe(false);
  expect(await run.copies.hasJoined(3)).toBe(true);
  under.end(run, 3, 'completed');
  const fourth = await under.attempt(run, 4, {});
  expect(readFileSync(join(fourth.workspace, 'a'), 'utf8')).toBe('a\n');
  expect(() => readFileSync(join(fourth.workspace, 'two'))).toThrow('ENOENT');
  const fifth = await under.attempt(run, 5, {});
  expect(fifth.workspace).toBe(under.main);
  expect(under.names()).toEqual(['a', 'one', 'two']);
});

it('separates the changes of tasks that share the workspace, and provides them to the tasks that need them', async () => {
  const under = list([[], [], [], [1], [2]], { a: 'a\n' }, { shared: [1, 2] });
  const run = await under.open();
  const [one, two] = [await under.attempt(run, 1, {}), await under.attempt(run, 2, { b: 'b\n' })];
  expect((await two.baseline.changes()).changes.map(({ path }) => path)).toEqual(['b']);
  expect((await one.baseline.changes()).changes.map(({ path }) => path)).toEqual(['b']);
  expect(one.before.event?.snapshot).toBe(two.before.event?.snapshot);
  under.end(run, 1, 'completed');
  under.end(run, 2, 'completed');
  expect(readFileSync(join((await under.attempt(run, 5, {})).workspace, 'b'), 'utf8')).toBe('b\n');
  const without = await under.attempt(run, 4, {});
  expect(() => readFileSync(join(without.workspace, 'b'))).toThrow('ENOENT');
});

it('needs no snapshot of attempts whose worker was lost before they began', async () => {
  const under = list([[], [], [], [1], [2], [3], [6]], { a: 'a\n' }, { shared: [1, 2] });
  const run = await under.open();
  for (const task of under.state.tasks.slice(0, 2)) task.attempt = 1;
  await under.attempt(run, 1, { b: 'b\n' });
  under.end(run, 1, 'failed');
  under.end(run, 2, 'failed');
  const left = async (task: number) => readdirSync((await under.attempt(run, task, {})).workspace).toSorted();
  expect(await left(4)).toEqual(['a', 'b']);
  expect(await left(5)).toEqual(['a']);
  await under.attempt(run, 3, { c: 'c\n' });
  under.end(run, 3, 'completed');
  for (const task of under.state.tasks.slice(5, 6)) task.attempt = 1;
  under.end(run, 6, 'failed');
  expect(await left(7)).toEqual(['a', 'c']);
});
