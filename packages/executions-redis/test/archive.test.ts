import { archiveEnded, follow, pruneEnded, type ArchivePorts } from '@cc-executor/executions';
import { FileArchive, FileHistory, FileWorkspaces } from '@cc-executor/executions-files';
import { attemptAppend, endAppend, outputAppend, submitList } from '@cc-executor/testkit';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisEndedExecutions, RedisEventLog, RedisExecutionStore } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

let under: StoreUnderTest;
let data: string;
let history: FileHistory;
let workspaces: FileWorkspaces;
const kept = new Map<string, string>();
let ports: ArchivePorts & { store: RedisExecutionStore; log: RedisEventLog };
beforeAll(async () => {
  under = await openStore();
  data = await mkdtemp(join(tmpdir(), 'cc-data-'));
  history = new FileHistory(data);
  const archive = new FileArchive(data);
  workspaces = new FileWorkspaces(join(data, 'workspaces'), data);
  ports = {
    store: new RedisExecutionStore(under.redis, { archive }),
    log: new RedisEventLog(under.redis, await under.open(), archive),
    ended: new RedisEndedExecutions(under.redis),
    archive,
    history,
    workspaces,
    snapshots: { forget: () => Promise.resolve() },
    seal: () => Promise.resolve(),
    onKept: (id, _, why) => kept.set(id, why),
    onFault: (_, error) => {
      throw error;
    },
  };
});
afterAll(async () => {
  await under.close();
  await rm(data, { recursive: true, maxRetries: 10 });
});

async function ended(outputs = 3, workspace?: string): Promise<string> {
  const id = await submitList(ports.store, { tasks: 2, workspace });
  for (let i = 0; i < outputs; i++)
    await ports.store.append(id, outputAppend(id, `line ${String(i)} é "x"\n`));
  await ports.store.append(id, endAppend(id));
  return id;
}

/** As a worker does before the first attempt. */
async function prepare(id: string): Promise<string> {
  const execution = await ports.store.read(id);
  if (!execution) throw new Error(`There is no execution ${id}.`);
  return await workspaces.prepare(execution.record);
}

async function wholeLog(id: string, after = 0) {
  const seqs: number[] = [];
  for await (const item of follow(ports.log, id, { after }, new AbortController().signal))
    if (item.kind === 'events') seqs.push(...item.events.map(({ seq }) => seq));
  return seqs;
}

describe('an ended execution', () => {
  // Proves: archive-reads-the-same
  it('is read from its file as it was in Redis, from any position, and Redis keeps a little more than 1 KB of it', async () => {
    const id = await ended(1200);
    const before = { execution: await ports.store.read(id), page: await ports.log.page(id, 0, 2000) };
    expect(await archiveEnded(ports, -1)).toBe(1);
    expect(await under.redis.exists(`cc:log:${id}`)).toBe(0);
    expect(Number(await under.redis.memory('USAGE', `cc:execution:${id}`))).toBeLessThan(1152);
    expect(await ports.store.read(id)).toEqual(before.execution);
    expect(await ports.log.page(id, 0, 2000)).toEqual(before.page);
    expect(await wholeLog(id, 700)).toEqual(Array.from({ length: 502 }, (_, i) => 701 + i));
    expect(await wholeLog(id, 1202)).toEqual([]);
    expect(await ports.store.readStatus(id)).toMatchObject({ status: 'completed', head: 1202 });
    expect(await archiveEnded(ports, -1)).toBe(0);
  });

  // Proves: redis-keeps-little
  it('leaves about 1 KB in all of Redis, however much it printed', async () => {
    const used = async () => Number(/used_memory:(\d+)/.exec(await under.redis.info('memory'))?.[1]);
    const count = 200;
    const before = await used();
    for (let i = 0; i < count; i++) await ended(40);
    const full = (await used()) - before;
    expect(await archiveEnded(ports, -1)).toBe(count);
    const left = (await used()) - before;
    expect(full / count).toBeGreaterThan(4096);
    expect(left / count).toBeLessThan(2048);
  });

  it('is never in neither place: what was not taken out of Redis is archived again', async () => {
    const id = await ended();
    // As if the worker had died between the file and Redis.
    await archiveEnded(
      {
        ...ports,
        ended: {
          toArchive: async () => [id],
          forget: async () => false,
          toPrune: async () => [],
          isWanted: async () => false,
          isRerun: async () => false,
          prune: async () => undefined,
        },
      },
      -1,
    );
    expect(await under.redis.exists(`cc:log:${id}`)).toBe(1);
    expect(await archiveEnded(ports, -1)).toBe(1);
    expect(await wholeLog(id)).toEqual([1, 2, 3, 4, 5]);
    expect(await readdir(join(data, 'executions', id))).toEqual(['archive.gz']);
  });

  it('gets the rows of its history from its log, those that are not there yet', async () => {
    const id = await submitList(ports.store, { tasks: 2 });
    for (const task of [1, 2]) await ports.store.append(id, attemptAppend(id, task));
    await ports.store.append(id, endAppend(id));
    const rows = async () => (await Array.fromAsync(history.read({ executionId: id }))).flat();
    await archiveEnded(ports, -1);
    expect((await rows()).map(({ task, attempt, outcome }) => [task, attempt, outcome])).toEqual([
      [2, 1, 'completed'],
      [1, 1, 'completed'],
    ]);
  });

  it('that cannot be moved or removed blocks no other, and is tried again', async () => {
    const [stuck, other] = [await ended(), await ended()];
    const faults: string[] = [];
    const refuse = async () => Promise.reject(new Error('EACCES'));
    const isStuck = (id: string) => id === stuck;
    const broken: ArchivePorts = {
      ...ports,
      onFault: (id) => faults.push(id),
      archive: {
        head: async (id) => await ports.archive.head(id),
        page: async (...page) => await ports.archive.page(...page),
        save: async (execution, pages) =>
          isStuck(execution.record.execution_id)
            ? await refuse()
            : await ports.archive.save(execution, pages),
        remove: async (id) => (isStuck(id) ? await refuse() : await ports.archive.remove(id)),
      },
    };
    expect(await archiveEnded(broken, -1)).toBe(1);
    expect(await under.redis.exists(`cc:log:${stuck}`, `cc:log:${other}`)).toBe(1);
    const all = { days: -1, keep: 1_000_000 };
    while ((await pruneEnded(broken, all)) > 0);
    expect(await ports.store.readStatus(other)).toBeNull();
    expect(await ports.store.readStatus(stuck)).not.toBeNull();
    expect(new Set(faults)).toEqual(new Set([stuck]));
    expect(await archiveEnded(ports, -1)).toBe(1);
    expect(await pruneEnded(ports, all)).toBe(1);
  });

  it('that cannot be moved or removed blocks no other, however many of them there are', async () => {
    const stuck = new Set<string>();
    for (let i = 0; i < 120; i++) stuck.add(await ended(0));
    const other = await ended();
    const faults: string[] = [];
    const broken: ArchivePorts = {
      ...ports,
      onFault: (id) => faults.push(id),
      archive: {
        head: async (id) => await ports.archive.head(id),
        page: async (...page) => await ports.archive.page(...page),
        save: async (execution, pages) => {
          if (stuck.has(execution.record.execution_id)) throw new Error('ENOSPC');
          await ports.archive.save(execution, pages);
        },
        remove: async (id) => {
          if (stuck.has(id)) throw new Error('EACCES');
          await ports.archive.remove(id);
        },
      },
    };
    expect(await archiveEnded(broken, -1)).toBe(1);
    expect(await under.redis.exists(`cc:log:${other}`)).toBe(0);
    expect(new Set(faults)).toEqual(stuck);
    expect(faults).toHaveLength(120);
    await pruneEnded(broken, { days: -1, keep: 1_000_000 });
    expect(await ports.store.readStatus(other)).toBeNull();
    expect(await pruneEnded(ports, { days: -1, keep: 1_000_000 })).toBe(120);
  });

  it('is removed although what lies in place of its archive cannot be read', async () => {
    const id = await ended();
    expect(await archiveEnded(ports, -1)).toBe(1);
    await writeFile(join(data, 'executions', id, 'archive.gz'), 'not an archive');
    await expect(ports.store.read(id)).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
    await expect(wholeLog(id)).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
    const faults: string[] = [];
    await pruneEnded({ ...ports, onFault: (each) => faults.push(each) }, { days: -1, keep: 1_000_000 });
    expect(await ports.store.readStatus(id)).toBeNull();
    expect(faults).toEqual([id]);
  });

  it('is not read from the archive of an earlier one with its id', async () => {
    const [id, file] = ['used-again', join(data, 'executions', 'used-again', 'archive.gz')];
    const run = async (at: Date, outputs: number) => {
      await submitList(ports.store, { id, at });
      for (let i = 0; i < outputs; i++) await ports.store.append(id, outputAppend(id, 'x'));
      await ports.store.append(id, endAppend(id));
      await archiveEnded(ports, -1);
      return { execution: await ports.store.read(id), log: await wholeLog(id), bytes: await readFile(file) };
    };
    const first = await run(new Date('2026-01-01'), 1);
    await pruneEnded(ports, { days: -1, keep: 1_000_000 });
    const second = await run(new Date('2026-01-02'), 5);
    expect(second.execution?.record.created_at).toBe('2026-01-02T00:00:00.000Z');
    expect([first.log.length, second.log.length]).toEqual([3, 7]);
    await writeFile(file, first.bytes);
    await expect(ports.store.read(id)).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
    await pruneEnded({ ...ports, onFault: () => undefined }, { days: -1, keep: 1_000_000 });
  });

  it('stays in Redis until its time', async () => {
    await ended();
    expect(await archiveEnded(ports, 3600)).toBe(0);
    expect(await archiveEnded(ports, -1)).toBe(1);
  });
});

describe('old executions', () => {
  it('are removed with all their files, but never a workspace that the caller named', async () => {
    const [mine, fresh] = [await ended(1, 'mine'), await ended(1)];
    for (const id of [mine, fresh]) await prepare(id);
    await archiveEnded(ports, -1);
    expect(await pruneEnded(ports, { days: 1, keep: 1_000_000 })).toBe(0);
    while ((await pruneEnded(ports, { days: -1, keep: 1_000_000 })) > 0);
    for (const id of [mine, fresh]) {
      expect(await ports.store.readStatus(id)).toBeNull();
      await expect(stat(join(data, 'executions', id))).rejects.toThrow('ENOENT');
    }
    expect(await readdir(join(data, 'workspaces'))).toEqual(['mine']);
    expect(await under.redis.keys('cc:execution:*')).toEqual([]);
    expect(await ports.store.list({ status: null, limit: 10, cursor: null })).toMatchObject({
      executions: [],
    });
  });

  it('keep their workspace while another one is to work in it', async () => {
    const id = await ended(1);
    await writeFile(join(await prepare(id), 'file'), '');
    await submitList(ports.store, { workspace: `${id}/sub` });
    await archiveEnded(ports, -1);
    while ((await pruneEnded(ports, { days: -1, keep: 1_000_000 })) > 0);
    expect(await ports.store.readStatus(id)).toBeNull();
    expect(await readdir(join(data, 'workspaces', id))).toEqual(['file']);
    expect(kept.get(id)).toMatch('another execution is to work in it');
  });

  it('of an earlier version keep their workspaces, since nobody knows who made them, and that is reported', async () => {
    const id = await ended(1);
    const record = JSON.parse((await under.redis.hget(`cc:execution:${id}`, 'record')) ?? '') as object;
    const { workspace_path: _, ...old } = { workspace_path: '', ...record, schema: 3 };
    await under.redis.hset(`cc:execution:${id}`, 'record', JSON.stringify(old));
    await mkdir(join(data, 'workspaces', id), { recursive: true });
    await archiveEnded(ports, -1);
    while ((await pruneEnded(ports, { days: -1, keep: 1_000_000 })) > 0);
    expect(await ports.store.readStatus(id)).toBeNull();
    expect((await stat(join(data, 'workspaces', id))).isDirectory()).toBe(true);
    expect(kept.get(id)).toMatch('an earlier version');
  });

  it('leave no workspace behind when the worker died while it removed them', async () => {
    const id = await ended(1);
    await writeFile(join(await prepare(id), 'file'), '');
    const broken = {
      ...ports,
      archive: { ...ports.archive, remove: async () => Promise.reject(new Error('died')) },
    };
    expect(await pruneEnded({ ...broken, onFault: () => undefined }, { days: -1, keep: 1_000_000 })).toBe(0);
    expect(await pruneEnded(ports, { days: -1, keep: 1_000_000 })).toBe(1);
    await expect(stat(join(data, 'workspaces', id))).rejects.toThrow('ENOENT');
  });

  it('are the oldest beyond the number that is kept', async () => {
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push(await ended());
    expect(await pruneEnded(ports, { days: 1, keep: 2 })).toBe(3);
    const left = await Promise.all(ids.map(async (id) => (await ports.store.readStatus(id)) !== null));
    expect(left.filter(Boolean)).toHaveLength(2);
  });

  it('that is rerun stays until the rerun has ended, which needs what is kept of it', async () => {
    const id = await ended();
    const again = await submitList(ports.store, { tasks: 2, rerunOf: id });
    const all = { days: -1, keep: 1_000_000 };
    await pruneEnded(ports, all);
    expect(await ports.store.readStatus(id)).toMatchObject({ reruns: [again] });
    await archiveEnded(ports, -1);
    expect(await ports.store.readStatus(id)).toMatchObject({ reruns: [again] });
    await ports.store.append(again, endAppend(again));
    await pruneEnded(ports, { days: 1, keep: 1 });
    expect(await ports.store.readStatus(again)).toMatchObject({ rerun_of: id });
    while ((await pruneEnded(ports, all)) > 0);
    expect(await ports.store.readStatus(id)).toBeNull();
    const gone = await ports.store
      .read(again)
      .then(() => submitList(ports.store, { rerunOf: id }))
      .then(async (other) => await ports.store.readStatus(other));
    expect(gone).toBeNull();
  });
});
