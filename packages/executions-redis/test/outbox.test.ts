import { submitList, waitFor } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consume, Outbox } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

let under: StoreUnderTest;
beforeAll(async () => {
  under = await openStore();
});
afterAll(async () => under.close());

function consumeCommands(redis: Parameters<typeof consume>[0]['redis'], seen: string[]) {
  const onWakeUp = async (executionId: string) => void seen.push(executionId);
  const onError = (error: unknown) => {
    throw error;
  };
  return consume({ redis, lane: 'commands', slots: 2, onWakeUp, onError });
}

describe('the outbox', () => {
  // Proves: outbox-is-carried
  it('is relayed by any worker that is alive, also what a dead one left', async () => {
    const ids = await Promise.all([
      submitList(under.store),
      submitList(under.store),
      submitList(under.store),
    ]);
    const seen: string[] = [];
    const consumer = consumeCommands(await under.open('patient'), seen);
    const outbox = new Outbox(await under.open(), () => undefined);
    await waitFor(() => seen.length === 3);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    await waitFor(async () => (await outbox.backlog()).waiting === 0);
    await outbox.close();
    await consumer.close();
    expect(await under.redis.keys('cc:queue:*:[0-9]*')).toEqual([]);
  });

  it('is given a wake-up again whose consumer died before it was done with it', async () => {
    const { Queue } = await import('bullmq');
    const id = await submitList(under.store);
    await under.redis.del('cc:outbox');
    const redis = await under.open('patient');
    const queue = new Queue('commands', { connection: redis, prefix: 'cc:queue' });
    await queue.add('wake-up', { executionId: id });
    // What a consumer does first; this one is never heard of again, and its lock runs out.
    const { Worker } = await import('bullmq');
    const dead = new Worker('commands', null, { connection: redis, prefix: 'cc:queue', lockDuration: 50 });
    expect((await dead.getNextJob('token'))?.data).toEqual({ executionId: id });
    await dead.close();
    const seen: string[] = [];
    const consumer = consumeCommands(redis, seen);
    const outbox = new Outbox(await under.open(), () => undefined);
    await waitFor(() => seen.includes(id));
    await waitFor(async () => (await queue.getJobCountByTypes('active', 'waiting')) === 0);
    await outbox.close();
    await consumer.close();
    await queue.close();
  });

  it('keeps an entry that was written again while it was carried', async () => {
    const id = await submitList(under.store);
    const score = await under.redis.zscore('cc:outbox', `commands ${id}`);
    await under.redis.zincrby('cc:outbox', 1, `commands ${id}`);
    const { withScripts } = await import('../src/scripts.ts');
    await withScripts(under.redis)('carried', ['cc:outbox'], [`commands ${id}`, score ?? '']);
    expect(await under.redis.zscore('cc:outbox', `commands ${id}`)).not.toBeNull();
  });
});
