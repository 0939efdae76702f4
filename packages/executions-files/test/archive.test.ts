import { initialState, makeRecord, type StoredEvent, type StoredExecution } from '@cc-executor/executions';
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readIndex, toIndex } from '../src/archive/archive-index.ts';
import { FileArchive } from '../src/index.ts';

let data: string;
let archive: FileArchive;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'cc-archive-'));
  archive = new FileArchive(data);
});
afterAll(async () => rm(data, { recursive: true, maxRetries: 10 }));

const executionOf = (id: string, head: number): StoredExecution => ({
  record: makeRecord({ tasks: [{ command: 'true' }], on_failure: 'stop' }, id, new Date()),
  state: initialState(1),
  epoch: 'e',
  head,
});
const eventOf = (seq: number, size: number): StoredEvent => ({
  seq,
  type: 'task.output',
  json: `{"seq":${String(seq)},"data":"${'x'.repeat(size)}"}`,
});
const eventsOf = (count: number, size: number) =>
  Array.from({ length: count }, (_, index) => eventOf(index + 1, size));

async function* pagesOf(events: StoredEvent[]): AsyncGenerator<StoredEvent[]> {
  for (let i = 0; i < events.length; i += 100) yield events.slice(i, i + 100);
}

const pathOf = (id: string) => join(data, 'executions', id, 'archive.gz');

async function save(id: string, events: StoredEvent[]): Promise<StoredExecution> {
  const execution = executionOf(id, events.length);
  await archive.save(execution, pagesOf(events));
  return execution;
}

/** Puts a file in an archive's place. */
async function plant(id: string, bytes: Buffer): Promise<void> {
  await mkdir(join(data, 'executions', id), { recursive: true });
  await writeFile(pathOf(id), bytes);
}

const lineOf = ({ seq, type, json }: StoredEvent) => `${String(seq)} ${type} ${json}\n`;

const runOf = (executionId: string, head: number) => ({ executionId, epoch: 'e', head });

async function readAll(id: string, after: number, head: number, limit = 500): Promise<number[]> {
  const seqs: number[] = [];
  for (let position = after; ;) {
    const page = await archive.page(runOf(id, head), position, limit);
    if (page.length === 0) return seqs;
    seqs.push(...page.map(({ seq }) => seq));
    position = page.at(-1)?.seq ?? position;
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('an archive', () => {
  it('is paged from any position, and stays what any gunzip reads', async () => {
    const events = eventsOf(300, 30_000);
    const execution = await save('paged', events);
    expect(await archive.head('paged')).toEqual(execution);
    for (const after of [0, 1, 34, 150, 298, 299])
      expect(await readAll('paged', after, 300)).toEqual(range(after + 1, 300));
    expect(await archive.page(runOf('paged', 300), 300, 10)).toEqual([]);
    expect(await archive.page(runOf('paged', 300), 41, 2)).toEqual(events.slice(41, 43));
    const text = execFileSync('gzip', ['-dc', pathOf('paged')], { maxBuffer: 64 * 1024 * 1024 }).toString();
    expect(text).toBe(`${JSON.stringify(execution)}\n${events.map(lineOf).join('')}`);
  });

  it('has pages that are bounded by their text, and one event at least', async () => {
    await save('large', [
      eventOf(1, 10),
      eventOf(2, 20_000_000),
      ...range(3, 50).map((seq) => eventOf(seq, 200_000)),
    ]);
    expect((await archive.page(runOf('large', 50), 0, 2000)).map(({ seq }) => seq)).toEqual([1, 2]);
    expect((await archive.page(runOf('large', 50), 2, 2000)).map(({ seq }) => seq)).toEqual(range(3, 8));
    expect(await readAll('large', 8, 50)).toEqual(range(9, 50));
  });

  it('of an earlier version, one member without an index, is paged as well', async () => {
    const execution = executionOf('old', 2000);
    const lines = eventsOf(2000, 500).map(lineOf).join('');
    await plant('old', gzipSync(`${JSON.stringify(execution)}\n${lines}`));
    expect(await archive.head('old')).toEqual(execution);
    expect(await readAll('old', 7, 2000, 100)).toEqual(range(8, 2000));
    const readers = await Promise.all(
      [0, 500, 1000, 1500].map(async (after) => await readAll('old', after, 2000, 100)),
    );
    expect(readers.map((seqs) => seqs.length)).toEqual([2000, 1500, 1000, 500]);
  });

  it('whose index says what is not so is read from its start', async () => {
    await save('honest', eventsOf(300, 30_000));
    await save('other', eventsOf(900, 30_000));
    const [bytes, foreign] = [await readFile(pathOf('honest')), await readFile(pathOf('other'))];
    const lies = [
      foreign.subarray(-400),
      toIndex([{ offset: 5, seq: 1 }]),
      toIndex([{ offset: 0, seq: 200 }]),
      toIndex([{ offset: 2 ** 40, seq: 1 }]),
      toIndex(range(1, 9000).map((seq) => ({ offset: seq, seq }))),
    ];
    for (const lie of lies) {
      await plant('honest', Buffer.concat([bytes, lie]));
      expect(await readAll('honest', 250, 300)).toEqual(range(251, 300));
    }
  });

  it('that another file has replaced is read again', async () => {
    await save('again', eventsOf(3, 10));
    expect((await archive.head('again'))?.head).toBe(3);
    expect(await archive.page(runOf('again', 3), 0, 2)).toHaveLength(2);
    const second = await save('again', eventsOf(5, 20));
    expect(await archive.head('again')).toEqual(second);
    expect((await archive.page(runOf('again', 5), 2, 9)).map(({ json }) => json.length)).toEqual([
      39, 39, 39,
    ]);
  });

  it('is null where a link or a pipe lies in its place, and damaged where something else does', async () => {
    await mkdir(join(data, 'executions', 'link'), { recursive: true });
    await symlink('/dev/zero', pathOf('link'));
    await mkdir(join(data, 'executions', 'pipe'), { recursive: true });
    execFileSync('mkfifo', [pathOf('pipe')]);
    for (const id of ['link', 'pipe', 'nothing']) {
      expect(await archive.head(id)).toBeNull();
      expect(await archive.page(runOf(id, 3), 0, 10)).toEqual([]);
    }
    const valid = JSON.stringify(executionOf('valid', 3));
    const planted: Record<string, Buffer> = {
      empty: Buffer.alloc(0),
      text: Buffer.from('hello'),
      cut: gzipSync('x'.repeat(100_000)).subarray(0, 60),
      foreign: gzipSync(`${valid}\n`),
      values: gzipSync(`[${'{},'.repeat(20_000_000)}0]\n`),
      shape: gzipSync('{"record":{"execution_id":"shape"}}\n'),
    };
    for (const [id, bytes] of Object.entries(planted)) {
      await plant(id, bytes);
      await expect(archive.head(id)).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
    }
    const backwards = [1, 3, 2].map((seq) => lineOf(eventOf(seq, 1))).join('');
    await plant('backwards', gzipSync(`${JSON.stringify(executionOf('backwards', 3))}\n${backwards}`));
    await expect(archive.page(runOf('backwards', 3), 0, 10)).rejects.toMatchObject({
      code: 'ARCHIVE_DAMAGED',
    });
  });

  it('that was not written whole leaves nothing behind', async () => {
    const broken = async function* (): AsyncGenerator<StoredEvent[]> {
      yield eventsOf(10, 10);
      await Promise.reject(new Error('Redis is gone'));
    };
    await expect(archive.save(executionOf('broken', 10), broken())).rejects.toThrow('Redis is gone');
    expect(await readdir(join(data, 'executions', 'broken'))).toEqual([]);
  });

  it('of another run with the same id is not read', async () => {
    await save('reused', eventsOf(3, 10));
    expect(await archive.page(runOf('reused', 3), 0, 10)).toHaveLength(3);
    for (const other of [{ head: 4 }, { epoch: 'another' }])
      await expect(archive.page({ ...runOf('reused', 3), ...other }, 0, 10)).rejects.toMatchObject({
        code: 'ARCHIVE_DAMAGED',
      });
  });

  it('is sealed before it appears, and does not appear where the seal is refused', async () => {
    const events = eventsOf(3, 10);
    const seen: unknown[] = [];
    await archive.save(executionOf('sealed', 3), pagesOf(events), async (digest) => {
      seen.push(digest, await readdir(join(data, 'executions', 'sealed')));
    });
    const bytes = await readFile(pathOf('sealed'));
    const text = gunzipSync(bytes);
    const digest = {
      bytes: bytes.length,
      sha256: hash('sha256', bytes),
      text_bytes: text.length,
      text_sha256: hash('sha256', text),
    };
    expect(seen).toEqual([digest, []]);
    const refused = archive.save(executionOf('refused', 3), pagesOf(events), () =>
      Promise.reject(new Error('not so')),
    );
    await expect(refused).rejects.toThrow('not so');
    expect(await readdir(join(data, 'executions', 'refused'))).toEqual([]);
  });

  it('is drafted outside of the evidence, and removes drafts that a process has left which died', async () => {
    const drafts = join(data, 'archiving');
    await mkdir(drafts, { recursive: true });
    for (const name of ['left', 'recent']) await writeFile(join(drafts, name), 'half');
    await utimes(join(drafts, 'left'), new Date(0), new Date(0));
    await save('drafts', eventsOf(3, 10));
    expect(await readdir(join(data, 'executions', 'drafts'))).toEqual(['archive.gz']);
    expect(await readdir(drafts)).toEqual(['recent']);
  });

  it('is written in members of about 1 MiB, however large the pages are', async () => {
    await save('members', eventsOf(3000, 1000));
    const file = await open(pathOf('members'));
    const places = await readIndex(file, (await stat(pathOf('members'))).size);
    await file.close();
    expect(places).toHaveLength(3);
    expect(places[0]?.seq).toBe(1);
  });
});
