import { sha256 } from '@cc-executor/evidence';
import { initialState, makeRecord, readResults, type ExecutionStore } from '@cc-executor/executions';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AttemptFiles,
  EvidenceFiles,
  FileArchive,
  FileOutputReader,
  openDataDirectory,
} from '../src/index.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'cc-data-'));
});
afterEach(async () => rm(data, { recursive: true, maxRetries: 10 }));

const attempt = { executionId: 'e', task: 2, attempt: 1 };
const stdout = { ...attempt, stream: 'stdout' } as const;
const fail = (error: Error) => {
  throw error;
};

describe('the output of an attempt', () => {
  it('is kept byte for byte, and read in parts', async () => {
    const files = new AttemptFiles(data, attempt, fail);
    const bytes = Buffer.from([0, 255, 195, 40, 10, 13]);
    for (let i = 0; i < 50_000; i++) await files.write('stdout', bytes);
    await files.close();
    const reader = new FileOutputReader(data);
    expect(files.bytes).toEqual({ stdout: 300_000, stderr: 0 });
    expect(await reader.size(stdout)).toBe(300_000);
    expect(await buffer(await reader.read(stdout, 5, 12))).toEqual(
      Buffer.concat([bytes.subarray(5), bytes, bytes.subarray(0, 1)]),
    );
  });

  // Proves: read-in-pieces
  it('is never in memory as a whole, however it is read', async () => {
    const size = 400 * 1024 ** 2;
    const program = join(import.meta.dirname, 'fixtures/reads-a-large-output.ts');
    const { stdout: said } = await promisify(execFile)(process.execPath, [program, data, String(size)]);
    const { memory, ...read } = JSON.parse(said) as { memory: number };
    expect(read).toEqual({ read: size, start: 'the beginning', tail: 'the end', count: 1 });
    // In KiB, with Node's own and what it has not collected yet.
    expect(memory * 1024).toBeLessThan(size);
  });

  it('is empty when nothing was written', async () => {
    const reader = new FileOutputReader(data);
    expect(await reader.start(stdout, 10)).toEqual({ text: '', totalBytes: 0 });
    await expect(reader.read(stdout, 0, 1)).rejects.toMatchObject({ code: 'OUTPUT_NOT_FOUND' });
  });

  it('is cut at a character', async () => {
    const files = new AttemptFiles(data, attempt, fail);
    await files.write('stdout', Buffer.from('aé漢'));
    await files.close();
    const reader = new FileOutputReader(data);
    const texts = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7].map(async (n) => (await reader.start(stdout, n)).text),
    );
    expect(texts).toEqual(['a', 'a', 'aé', 'aé', 'aé', 'aé漢', 'aé漢']);
  });

  it.each([
    [
      'a link to what only the reader may see',
      async (path: string) => await symlink(join(data, 'secret'), path),
    ],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a folder', async (path: string) => await mkdir(path)],
  ])('is not read through %s that stands in its place, and neither is what else is kept', async (_, put) => {
    await writeFile(join(data, 'secret'), 'the key');
    const folder = join(data, 'executions/e/task-2/attempt-1');
    await mkdir(folder, { recursive: true });
    for (const name of ['stdout', 'receipt-1.json', '../../archive.gz']) await put(join(folder, name));
    const reader = new FileOutputReader(data);
    expect(await reader.start(stdout, 10)).toEqual({ text: '', totalBytes: 0 });
    expect(await reader.size(stdout)).toBe(0);
    await expect(reader.read(stdout, 0, 1)).rejects.toMatchObject({ code: 'OUTPUT_NOT_FOUND' });
    expect(await new EvidenceFiles(data).readReceipt(attempt, sha256('the key'))).toBeNull();
    expect(await new FileArchive(data).head('e')).toBeNull();
  });

  it('reports once when the disk refuses, and continues to count', async () => {
    await writeFile(join(data, 'executions'), 'in the way');
    const errors: Error[] = [];
    const files = new AttemptFiles(data, attempt, (error) => errors.push(error));
    await files.write('stdout', Buffer.from('abc'));
    await files.write('stderr', Buffer.from('de'));
    await files.close();
    expect(errors.map((error) => (error as NodeJS.ErrnoException).code)).toEqual(['ENOTDIR']);
    expect(files.bytes).toEqual({ stdout: 3, stderr: 2 });
  });
});

describe('a data directory', () => {
  it('has one id, independent of who opens it first', async () => {
    const path = join(data, 'new');
    const opened = await Promise.all(Array.from({ length: 8 }, () => openDataDirectory(path)));
    const id = await readFile(join(path, 'id'), 'utf8');
    expect(new Set(opened.map((directory) => directory.id))).toEqual(new Set([id]));
  });
});

it('the results of many loud tasks have a bounded part of each, and all of quiet ones', async () => {
  const tasks = 1000;
  const record = makeRecord(
    { tasks: Array.from({ length: tasks }, () => ({ command: 'true' })), on_failure: 'stop' },
    'e',
    new Date(),
  );
  const state = initialState(tasks);
  for (const [index, task] of state.tasks.entries()) {
    task.attempt = 1;
    const files = new AttemptFiles(data, { executionId: 'e', task: index + 1, attempt: 1 }, fail);
    for (const stream of ['stdout', 'stderr'] as const)
      await files.write(stream, Buffer.alloc(index === 500 ? 10 : 80 * 1024, 'x'));
    await files.close();
  }
  const read = async () => ({ record, state, epoch: 'e', head: 1 });
  const store = { read, readStatus: async () => null } as unknown as ExecutionStore;
  const { results } = await readResults({ store, outputs: new FileOutputReader(data) }, 'e');
  const lengths = results.flatMap(({ stdout: out, stderr }) => [out.length, stderr.length]);
  expect(lengths.reduce((sum, length) => sum + length)).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(Math.min(...lengths)).toBe(10);
  expect(results.filter(({ truncated }) => !truncated).map(({ task_number: n }) => n)).toEqual([501]);
  expect(lengths.filter((length) => length > 8000)).toHaveLength(1998);
});
