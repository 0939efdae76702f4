import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rounds } from '@cc-executor/testkit';
import { expect, it } from 'vitest';
import { JoinConflict } from '../../src/evidence/not-joinable.ts';
import { list, put } from './copies-under-test.ts';

/** Whose work a task begins with. */
const OTHERS = rounds({ short: 12, nightly: 50 });

it(`lets a task begin with the work of ${String(OTHERS)} others`, async () => {
  const others = Array.from({ length: OTHERS }, (_, index) => index + 1);
  const under = list([...others.map(() => []), others.slice(0, -1), others], { base: 'x' });
  const run = await under.open();
  for (const task of others) {
    await under.attempt(run, task, { [`of-${String(task)}`]: String(task) });
    under.end(run, task, 'completed');
  }
  expect(await run.copies.joinRest()).toBeNull();
  expect(under.names()).toHaveLength(OTHERS + 1);
  const stage = await under.attempt(run, OTHERS + 1, {});
  expect(readdirSync(stage.workspace)).toHaveLength(OTHERS);
});

it('keeps what was made of a conflict for the task that needs both sides, and for the workspace', async () => {
  const under = list([[], [], [1, 2], [1, 2]], { same: 'a\nb\nc\n' }, { on_conflict: 'agent' });
  const run = await under.open();
  for (const [task, line] of ['one', 'two'].entries()) {
    await under.attempt(run, task + 1, { same: `a\n${line}\nc\n` });
    under.end(run, task + 1, 'completed');
  }
  // A task that needs both may still have it resolved.
  expect(await run.copies.joinRest()).toBeNull();
  expect(under.notJoined).toEqual([]);
  const staged = async () => await run.prepare(under.record.tasks[2], { task: 3, attempt: 1 });
  const conflict = await staged();
  if (!(conflict instanceof JoinConflict)) throw new Error('they conflict');
  expect(conflict.paths).toEqual(['same']);
  const folder = await run.copies.conflictFor(3, conflict);
  const marked = readFileSync(join(folder ?? '', 'same'), 'utf8');
  expect(marked).toMatch(/^a\n<{7} .*\none\n={7}\ntwo\n>{7} .*\nc\n$/);
  put(folder ?? '', { same: 'a\none, two\nc\n' });
  await run.copies.resolve(folder ?? '', conflict);
  expect(existsSync(folder ?? '')).toBe(false);
  const begins = await staged();
  if (begins instanceof Error) throw begins;
  expect(readFileSync(join(begins.workspace, 'same'), 'utf8')).toBe('a\none, two\nc\n');
  expect(await run.copies.joinRest()).toBeNull();
  expect(under.read('same')).toBe('a\none, two\nc\n');
});

it('has no conflict resolved where the list does not ask for it, and says what conflicts', async () => {
  const under = list([[], [], [1, 2], [1, 2]], { same: 'b\n' });
  const run = await under.open();
  for (const [task, line] of ['one', 'two'].entries()) {
    await under.attempt(run, task + 1, { same: `${line}\n` });
    under.end(run, task + 1, 'completed');
  }
  expect((await run.copies.joinRest())?.why).toContain('both changed "same"');
  const conflict = await run.prepare(under.record.tasks[2], { task: 3, attempt: 1 });
  if (!(conflict instanceof JoinConflict)) throw new Error('they conflict');
  expect(await run.copies.conflictFor(3, conflict)).toBeNull();
});

it('makes nothing of a copy for which there is no room, and the next attempt makes it', async () => {
  const under = list([[], []], { base: 'x' });
  const run = await under.open();
  // A file where its folder belongs: nothing can be made there.
  const [owner = ''] = readdirSync(join(under.root, 'copies'));
  const place = join(under.root, 'copies', owner);
  renameSync(place, `${place}-away`);
  writeFileSync(place, '');
  const refused = await run.prepare(under.record.tasks[0], { task: 1, attempt: 1 });
  expect(refused).toBeInstanceOf(Error);
  expect(under.names()).toEqual(['base']);
  rmSync(place);
  renameSync(`${place}-away`, place);
  const stage = await under.attempt(run, 1, { made: 'y' });
  expect(readdirSync(stage.workspace).toSorted()).toEqual(['base', 'made']);
});
