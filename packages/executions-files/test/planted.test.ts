import type { HistoryRow } from '@cc-executor/contracts';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AttemptFiles, EvidenceFiles, FileHistory, openSigningKey } from '../src/index.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'cc-planted-'));
});
afterEach(async () => await rm(data, { recursive: true, maxRetries: 10 }));

/** What a task can put where a service reads or writes a file. */
const STANDS: Record<string, (path: string) => unknown> = {
  'a pipe': (path) => execFileSync('mkfifo', [path]),
  'a link to /dev/zero': async (path) => await symlink('/dev/zero', path),
  'a link to a file': async (path) => {
    await writeFile(join(data, 'precious'), 'precious');
    await symlink(join(data, 'precious'), path);
  },
  'a folder': async (path) => await mkdir(path),
  'a file without end': async (path) => {
    await writeFile(path, '');
    await truncate(path, 2 ** 40);
  },
};
const stands = Object.keys(STANDS);

async function plant(what: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await STANDS[what]?.(path);
}

const place = { execution_id: 'one', created_at: '2026-01-02T03:04:05.678Z' };
const HISTORY = 'history/2026-01-02T03/0405678-one.jsonl';
const rowsOf = async (history: FileHistory) => {
  const rows: HistoryRow[] = [];
  for await (const batch of history.read({})) rows.push(...batch);
  return rows;
};

const FAULT = /is not a file|has more than|ELOOP|EISDIR|EEXIST|ENXIO|is a directory/i;
const attempt = { executionId: 'one', task: 1, attempt: 1 };

/** What an attempt writes, with something in the place of each file. */
async function written(what: string) {
  const folder = join(data, 'executions/one/task-1/attempt-1');
  await plant(what, join(folder, 'stdout'));
  await rm(join(data, 'precious'), { force: true });
  await plant(what, join(folder, 'response.json'));
  const errors: Error[] = [];
  const files = new AttemptFiles(data, attempt, (error) => errors.push(error));
  await files.write('stdout', Buffer.from('out'));
  await files.close();
  return { files, errors, put: () => files.put('response.json', '{}') };
}

describe.each(stands)('%s', (what) => {
  it('in the history hangs nothing, and is no rows', async () => {
    await plant(what, join(data, HISTORY));
    expect(await rowsOf(new FileHistory(data))).toEqual([]);
  });

  it('in the place of the key is not used as the key', async () => {
    await mkdir(join(data, 'keys'), { mode: 0o700 });
    await plant(what, join(data, 'keys/signing.pem'));
    await expect(openSigningKey(join(data, 'keys'))).rejects.toThrow(FAULT);
  });
});

describe.each(stands.filter((what) => what !== 'a file without end'))('%s', (what) => {
  it('in the history is not added to', async () => {
    await plant(what, join(data, HISTORY));
    await expect(new FileHistory(data).add(place, [])).rejects.toThrow(FAULT);
  });
});

describe.each(stands.filter((what) => what !== 'a folder'))('%s', (what) => {
  it('in the place of what an attempt writes is replaced, and followed nowhere', async () => {
    const { files, errors, put } = await written(what);
    put();
    expect(errors).toEqual([]);
    expect(await files.kept()).toMatchObject([{ name: 'stdout', bytes: 3 }]);
  });
});

it('a folder in the place of what an attempt writes is reported', async () => {
  const { errors, put } = await written('a folder');
  expect(errors).toHaveLength(1);
  expect(put).toThrow(FAULT);
});

it('what an earlier execution with this id has left is set aside', async () => {
  const evidence = new EvidenceFiles(data);
  expect(await evidence.hasFiles('one')).toBe(false);
  await mkdir(evidence.folder('one'), { recursive: true });
  expect(await evidence.hasFiles('one')).toBe(true);
  const where = await evidence.setAside('one');
  expect(where.startsWith(join(data, 'set-aside/one'))).toBe(true);
  expect(await evidence.hasFiles('one')).toBe(false);
});
