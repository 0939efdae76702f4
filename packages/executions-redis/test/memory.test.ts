import { Recorder } from '@cc-executor/executions';
import { submitList } from '@cc-executor/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkMemory } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

let under: StoreUnderTest;
beforeAll(async () => {
  under = await openStore();
});
afterEach(async () => {
  await under.redis.config('SET', 'maxmemory', '0');
  await under.redis.config('SET', 'maxmemory-policy', 'noeviction');
});
afterAll(async () => under.close());

/** As much as Redis uses, and nothing more. */
async function fill(): Promise<void> {
  await under.redis.config('SET', 'maxmemory', String(1024 * 1024));
  await expect(under.redis.set('more', 'x')).rejects.toThrow('OOM');
}

describe('a Redis that is full', () => {
  it('loses no event: the writer waits until there is room', async () => {
    const id = await submitList(under.store);
    const claim = await under.store.claim(id, 'w');
    if (claim.result !== 'claimed') throw new Error(claim.result);
    const { promise: refused, resolve } = Promise.withResolvers<unknown>();
    const recorder = new Recorder({
      store: under.store,
      executionId: id,
      token: claim.token,
      ...claim.execution,
      onRetry: resolve,
      onRewound: () => undefined,
    });
    await recorder.commit([{ type: 'execution.started', data: { worker: 'w', generation: 1 } }], {
      from: ['queued'],
    });
    await fill();
    const data = { stream: 'stdout', data: 'said while it was full' } as const;
    void recorder.note({ type: 'task.output', task: 1, attempt: 1, data });
    const committed = recorder.commit([], { from: ['running'] });
    expect(await refused).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(recorder.lost.aborted).toBe(false);
    await under.redis.config('SET', 'maxmemory', '0');
    expect(await committed).toEqual({ result: 'stored' });
    const events = await under.log.page(id, 0, 10);
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'execution.queued'],
      [2, 'execution.started'],
      [3, 'task.output'],
    ]);
    expect(events[2]?.json).toContain('said while it was full');
  });

  it('still hears that owners live, and lets those go that do not', async () => {
    const id = await submitList(under.store);
    const claim = await under.store.claim(id, 'w');
    if (claim.result !== 'claimed') throw new Error(claim.result);
    await fill();
    expect(await under.store.heartbeat([{ executionId: id, token: claim.token }])).toEqual(['queued']);
    const held = (await under.store.held()).find(({ executionId }) => executionId === id);
    expect(held?.beat).toBe(1);
    expect(held && (await under.store.expire(held))).toBe(true);
  });

  it('accepts nothing, and says why', async () => {
    await fill();
    await expect(submitList(under.store)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('OOM') as string,
    });
  });
});

describe('the memory of Redis', () => {
  it('is reported', async () => {
    expect(await checkMemory(under.redis)).toMatch(/^Redis uses \d+ MiB of \d+ MiB, the machine's memory$/);
    await under.redis.config('SET', 'maxmemory', String(1024 ** 3));
    expect(await checkMemory(under.redis)).toMatch(/^Redis uses \d+ MiB of 1024 MiB, its maxmemory$/);
  });

  it('is reported as short of space before it is full', async () => {
    const used = Number(/used_memory:(\d+)/.exec(await under.redis.info('memory'))?.[1]);
    await under.redis.config('SET', 'maxmemory', String(Math.round(used * 1.05)));
    await expect(checkMemory(under.redis)).rejects.toThrow(/^The memory of Redis is short: .*maxmemory/);
  });

  it('is reported where it may evict data', async () => {
    await under.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(checkMemory(under.redis)).rejects.toThrow('maxmemory-policy allkeys-lru');
  });
});
