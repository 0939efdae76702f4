import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { TextSearch } from '@cc-executor/executions';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileOutputReader } from '../src/index.ts';

const ADDRESS = { executionId: 'x', task: 1, attempt: 1, stream: 'stdout' } as const;
let folder: string;
let reader: FileOutputReader;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'search-'));
  reader = new FileOutputReader(folder);
});
afterEach(async () => rm(folder, { recursive: true }));

async function write(content: string | Buffer) {
  const path = reader.path(ADDRESS);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
const search = async (text: string, more: Partial<TextSearch> = {}) =>
  await reader.search(ADDRESS, {
    text,
    matchCase: false,
    from: 0,
    skip: 0,
    limit: 100,
    most: Infinity,
    ...more,
  });

it('finds a text with its line and its bytes, in any case of ASCII', async () => {
  await write('eins\nzwei Größe drei\r\nGRÖSSE größe\n');
  const { count, hits } = await search('gröSSe');
  expect(count).toBe(0);
  expect(hits).toEqual([]);
  const found = await search('GRöße');
  expect(found.count).toBe(2);
  expect(found.hits).toEqual([
    { at: 10, line: 2, line_at: 5, before: 'zwei ', match: 'Größe', after: ' drei' },
    { at: 32, line: 3, line_at: 24, before: 'GRÖSSE ', match: 'größe', after: '' },
  ]);
  expect((await search('größe', { matchCase: true })).count).toBe(1);
  expect((await search('größe', { from: 11 })).hits).toMatchObject([{ at: 32, line: null }]);
});

it('counts what the seams of its reads cut, and every line, exactly', async () => {
  const line = 'x'.repeat(97) + 'NEEDLE';
  const lines = Array.from({ length: 40_000 }, (_, index) => (index % 3 === 0 ? line : 'y'.repeat(103)));
  await write(lines.join('\n'));
  const { count, bytes, hits } = await search('needle', { limit: 20_000 });
  expect(count).toBe(13_334);
  expect(bytes).toBe(40_000 * 104 - 1);
  expect(hits.map(({ line: number }) => number)).toEqual(
    lines.flatMap((text, index) => (text === line ? [index + 1] : [])),
  );
  expect(hits.every(({ at, line_at }) => at - line_at === 97)).toBe(true);
  expect(await search('needle', { limit: 1 })).toMatchObject({ count: 13_334, hits: [{ line: 1 }] });
  const later = await search('needle', { skip: 13_000, limit: 500 });
  expect(later).toEqual({ count, bytes, hits: hits.slice(13_000) });
});

it('counts hits of one line of megabytes without overlap, and shows a part of it', async () => {
  await write('ab'.repeat(1_500_000) + 'é');
  const { count, hits } = await search('abab', { limit: 2 });
  expect(count).toBe(750_000);
  expect(hits[1]).toMatchObject({ at: 4, before: 'abab', match: 'abab' });
  expect(hits[1]?.after.length).toBe(280);
});

it('finds nothing in a missing output, and stops at its limit', async () => {
  expect(await search('x')).toEqual({ count: 0, bytes: 0, hits: [] });
  await write('x'.repeat(3 * 1024 * 1024));
  const address = { ...ADDRESS };
  const some = await reader.search(address, {
    text: 'x',
    matchCase: true,
    from: 0,
    skip: 0,
    limit: 0,
    most: 1,
  });
  expect(some).toEqual({ count: 1024 * 1024, bytes: 1024 * 1024, hits: [] });
});

it('lets others have their turn between the hits of a frequent letter, and counts them exactly', async () => {
  const size = 8 * 1024 * 1024;
  await write('x'.repeat(size));
  const end = new AbortController();
  let turns = 0;
  const others = (async () => {
    for (; !end.signal.aborted; turns += 1) {
      await setImmediate();
      // Long turns, so that the reads alone let few of them pass.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  })();
  const { count } = await search('x', { limit: 0 });
  end.abort();
  await others;
  expect(count).toBe(size);
  expect(turns).toBeGreaterThanOrEqual(Math.floor(size / 100_000));
});
