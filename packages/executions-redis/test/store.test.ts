import type { EventToStore } from '@cc-executor/executions';
import { eventToStore, outputAppend, submitList, waitFor } from '@cc-executor/testkit';
import { describeStore } from '@cc-executor/testkit/store-conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisExecutionStore } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

describeStore('Redis', async () => {
  const { store, log, redis, open, close } = await openStore();
  const wasRequested = async (id: string) => (await redis.zrem('cc:outbox', `commands ${id}`)) === 1;
  return { store, other: new RedisExecutionStore(await open()), log, wasRequested, close };
});

let under: StoreUnderTest;
beforeAll(async () => {
  under = await openStore();
});
afterAll(async () => under.close());

describe('a record of another version', () => {
  const key = (id: string) => `cc:execution:${id}`;
  const rewrite = async (id: string, change: (record: Record<string, unknown>) => object) => {
    const record = JSON.parse((await under.redis.hget(key(id), 'record')) ?? '') as Record<string, unknown>;
    const changed = change(record) as { schema: number };
    await under.redis.hset(key(id), 'record', JSON.stringify(changed), 'schema', changed.schema);
  };

  it('that is older is read as if it were of this one', async () => {
    const id = await submitList(under.store);
    const now = await under.store.read(id);
    const { cost_usd: _, usage: __, ...summary } = now?.state.summary ?? ({} as never);
    await rewrite(id, (record) => {
      const tasks = (record['tasks'] as { options: object }[]).map(({ options: _options, ...task }) => task);
      return { ...record, schema: 1, tasks: tasks.map((task) => ({ ...task, model: 'haiku' })) };
    });
    await under.redis.hset(key(id), 'summary', JSON.stringify(summary));
    await under.redis.hdel(key(id), 'schema');
    const [read, claim] = [await under.store.read(id), await under.store.claim(id, 'w')];
    expect(read?.record.tasks[0]?.options).toEqual({ model: 'haiku' });
    expect(read?.state).toEqual(now?.state);
    expect(claim).toMatchObject({ result: 'claimed', execution: { record: read?.record } });
    expect((await under.store.readStatus(id))?.summary).toEqual(now?.state.summary);
  });

  it('that is newer is left to a newer worker, with an error that names its schema', async () => {
    const id = await submitList(under.store);
    await rewrite(id, (record) => ({ ...record, schema: 99 }));
    await under.redis.del('cc:outbox');
    const before = Date.now();
    expect(await under.store.claim(id, 'w')).toEqual({ result: 'refused', reason: 'unreadable' });
    const due = Number(await under.redis.zscore('cc:outbox', `commands ${id}`)) / 1000;
    expect(due - before).toBeGreaterThan(55_000);
    await expect(under.store.read(id)).rejects.toThrow(/is of schema 99; this version reads up to \d+/);
    expect(await under.store.readStatus(id)).toMatchObject({ status: 'queued' });
  });
});

describe('a Redis that is away', () => {
  it('is reported and not waited for, as STORE_UNAVAILABLE', async () => {
    const own = await openStore();
    const id = await submitList(own.store);
    await own.server.kill();
    await expect(own.store.read(id)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(own.log.page(id, 0, 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await own.close();
  });
});

describe('the time in which an execution was paused', () => {
  const turn = async (id: string, to: 'paused' | 'running', events: EventToStore[] = []) =>
    await under.store.append(id, { ...outputAppend(id, ''), to: { status: to, reason: null }, events });
  const paused = async (id: string) => (await under.store.readStatus(id))?.paused_seconds ?? NaN;

  it('is counted while it lasts and afterwards, and from the start of a task on', async () => {
    const id = await submitList(under.store);
    await turn(id, 'running');
    expect(await paused(id)).toBe(0);
    await turn(id, 'paused');
    await waitFor(async () => (await paused(id)) >= 0.2);
    await turn(id, 'running');
    const first = await paused(id);
    expect(first).toBeGreaterThanOrEqual(0.2);
    await turn(id, 'paused');
    await waitFor(async () => (await paused(id)) >= first + 0.1);
    await turn(id, 'running');
    const second = await paused(id);
    expect(second).toBeGreaterThanOrEqual(first + 0.1);
    const data = { description: 'x', agent: 'command', reason: 'first', session: null } as const;
    const started = eventToStore(id, { type: 'task.started', task: 1, attempt: 1, data });
    await turn(id, 'running', [started]);
    expect(await paused(id)).toBe(0);
  });
});
