import type { HistoryRow } from '@cc-executor/contracts';
import { sampleRow } from '@cc-executor/testkit';
import { appendFile, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileHistory } from '../src/index.ts';

let data: string;
let history: FileHistory;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'cc-data-'));
  history = new FileHistory(data);
});
afterEach(async () => rm(data, { recursive: true, maxRetries: 10 }));

const place = (id: string, created = '2026-05-01T00:00:00.000Z') => ({
  execution_id: id,
  created_at: created,
});
const fileOf = async (hour: string) => {
  const folder = join(data, 'history', hour);
  return join(folder, (await readdir(folder))[0] ?? '');
};
async function read(query: Parameters<FileHistory['read']>[0] = {}): Promise<HistoryRow[]> {
  const rows: HistoryRow[] = [];
  for await (const batch of history.read(query)) rows.push(...batch);
  return rows;
}
const minutes = async (query: Parameters<FileHistory['read']>[0] = {}) =>
  (await read(query)).map(({ ended_at }) => new Date(ended_at).getUTCMinutes());

describe('the rows of the history', () => {
  it('come back as they were added: the newest execution first, and the latest attempt', async () => {
    const row = sampleRow(3, { description: 'a "b"\nc, é', cost_usd: 0.25, model: 'm' });
    await history.add(place('old'), [sampleRow(1), sampleRow(2, { task: 2 })]);
    await history.add(place('new', '2026-05-01T00:00:00.001Z'), [row]);
    await history.add(place('older', '2026-04-30T23:59:59.999Z'), [sampleRow(0)]);
    expect(await minutes()).toEqual([3, 2, 1, 0]);
    expect((await read())[0]).toEqual(row);
    expect(await minutes({ limit: 2 })).toEqual([3, 2]);
  });

  it('are chosen by time, status and execution', async () => {
    const rows = [0, 1, 2, 3].map((minute) => sampleRow(minute, { task: minute + 1 }));
    rows.push(sampleRow(4, { status: 'failed', outcome: 'nonzero_exit', exit_code: 2 }));
    await history.add(place('e'), rows);
    const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 0, minute));
    expect(await minutes({ from: at(1), to: at(3) })).toEqual([2, 1]);
    expect(await minutes({ status: 'failed' })).toEqual([4]);
    expect(await minutes({ executionId: 'f' })).toEqual([]);
    expect(await minutes({ to: new Date('2026-01-01') })).toEqual([]);
    expect(await minutes({ from: new Date('2126-01-01') })).toEqual([]);
  });

  it('are there once, however often they are written', async () => {
    await history.add(place('e'), [sampleRow(1)]);
    await history.add(place('e'), [sampleRow(1)]);
    expect(await history.complete(place('e'), [sampleRow(1), sampleRow(2)])).toBe(1);
    expect(await history.complete(place('e'), [sampleRow(1), sampleRow(2)])).toBe(0);
    expect(await minutes()).toEqual([2, 1]);
  });

  it('survive half a line, a later schema and rubbish between them', async () => {
    await history.add(place('e'), [sampleRow(1)]);
    const file = await fileOf('2026-05-01T00');
    const whole = JSON.stringify(sampleRow(2));
    await appendFile(file, `{"schema":2,"new":true}\n[]\nnull\n\0\n${whole.slice(0, 50)}`);
    expect(await minutes()).toEqual([1]);
    await history.add(place('e'), [sampleRow(2)]);
    expect(await minutes()).toEqual([2, 1]);
  });

  it('are read as well when an earlier version has written them, which knew less', async () => {
    await history.add(place('e'), [sampleRow(1)]);
    const { load_per_core, cpu_busy, available_memory, gpu_busy, ...older } = sampleRow(2);
    expect([load_per_core, cpu_busy, available_memory, gpu_busy]).not.toContain(undefined);
    await appendFile(await fileOf('2026-05-01T00'), `\n${JSON.stringify(older)}\n`);
    const unknown = { load_per_core: null, cpu_busy: null, available_memory: null, gpu_busy: null };
    expect((await read())[0]).toEqual({ ...older, ...unknown });
  });

  it('are removed when no attempt of their execution has ended for long', async () => {
    await history.add(place('old'), [sampleRow(1)]);
    const file = await fileOf('2026-05-01T00');
    await history.add(place('busy', '2026-05-01T01:00:00.000Z'), [sampleRow(2)]);
    const longAgo = new Date('2026-05-02');
    await utimes(file, longAgo, longAgo);
    expect(await history.prune(1)).toBe(1);
    expect(await history.prune(1)).toBe(0);
    expect(await minutes()).toEqual([2]);
    expect(await readdir(join(data, 'history'))).toEqual(['2026-05-01T01']);
  });

  it('are none before anything has ended', async () => {
    expect(await read()).toEqual([]);
    expect(await history.complete(place('e'), [])).toBe(0);
    expect(await history.prune(1)).toBe(0);
  });
});
