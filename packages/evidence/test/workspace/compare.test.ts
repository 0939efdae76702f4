import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { compare } from '../../src/workspace/compare.ts';
import { Pace } from '../../src/workspace/pace.ts';
import { Rules } from '../../src/workspace/rules.ts';
import { walk } from '../../src/workspace/walk.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cc-compare-'));
  for (const name of ['a', 'b/c', 'b/d']) {
    await mkdir(join(root, name, '..'), { recursive: true });
    await writeFile(join(root, name), name);
  }
});
afterAll(async () => await rm(root, { recursive: true, maxRetries: 10 }));

const walked = async (ms: number) => await walk(root, new Rules([]), { learns: true, pace: new Pace(ms) });

it('what a walk that was cut has not seen is neither new nor gone, and the cut is reported', async () => {
  const [whole, cut] = [await walked(60_000), await walked(-1)];
  for (const [before, after] of [
    [whole, cut],
    [cut, whole],
  ] as const)
    expect(await compare(root, before, after, new Pace(60_000))).toMatchObject({
      added: 0,
      changed: 0,
      removed: 0,
      incomplete: ['not every file was read: it took too long'],
    });
});

it('only what is in the folders that were not seen is not known', async () => {
  const before = await walked(60_000);
  const after = await walked(60_000);
  for (const path of ['a', 'b/c', 'b/d']) after.files.delete(path);
  after.unseen.add('b');
  const { changes } = await compare(root, before, after, new Pace(60_000));
  expect(changes).toMatchObject([{ path: 'a', change: 'removed' }]);
});

it('a walk shares with the one before what has not changed since, and nothing that may have', async () => {
  let first = await walked(60_000);
  // What was written just now may be written again without a trace.
  await vi.waitFor(async () => {
    first = await walked(60_000);
    expect([...first.files.values()].some(({ isFresh }) => isFresh)).toBe(false);
  }, 60_000);
  await writeFile(join(root, 'a'), 'other');
  const second = await walk(root, new Rules([]), {
    learns: true,
    pace: new Pace(60_000),
    earlier: first,
  });
  expect(second.files.get('b/c')).toBe(first.files.get('b/c'));
  expect(second.files.get('a')).not.toBe(first.files.get('a'));
  const { changes, files_after } = await compare(root, first, second, new Pace(60_000));
  expect([changes.map(({ path, change }) => [path, change]), files_after]).toEqual([[['a', 'changed']], 3]);
});
