import { endAppend, outputAppend, submitList } from '@cc-executor/testkit';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Outbox, RedisCredentialBook, RedisEndedExecutions } from '../src/index.ts';
import { openStore, type StoreUnderTest } from './under-test.ts';

const DAY_MS = 24 * 3600 * 1000;
let under: StoreUnderTest;
beforeAll(async () => {
  under = await openStore();
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => under.close());

/** From now on this process has a clock that differs from that of Redis. */
function differBy(ms: number): void {
  const now = Date.now() + ms;
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(now);
}

it.each([-DAY_MS, DAY_MS])(
  'wake-ups are carried when they are due, with a clock that differs by %d ms',
  async (ms) => {
    const id = await submitList(under.store);
    const claim = await under.store.claim(id, 'w');
    if (claim.result !== 'claimed') throw new Error(claim.result);
    differBy(ms);
    const outbox = new Outbox(await under.open(), () => undefined);
    outbox.relay();
    await expect.poll(async () => (await outbox.backlog()).waiting, { timeout: 15_000 }).toBe(0);
    const append = {
      ...outputAppend(id, 'x', { token: claim.token, counter: 1 }),
      to: { status: 'waiting', reason: 'backoff' },
      release: true,
      wakeAt: new Date(Date.now() + 60_000),
    } as const;
    await under.store.append(id, append);
    expect(await outbox.backlog()).toEqual({ waiting: 0, oldestSeconds: 0 });
    expect(await under.store.claim(id, 'w')).toEqual({ result: 'refused', reason: 'not_due' });
    const [seconds = 0] = await under.redis.time();
    const due = Number(await under.redis.zscore('cc:outbox', `commands ${id}`)) / 1_000_000;
    expect(due - seconds).toBeGreaterThan(50);
    expect(due - seconds).toBeLessThan(70);
    await outbox.close();
  },
);

// Proves: clocks-are-not-trusted
it('what has ended is as old as it is for Redis, whatever the clock of a worker says', async () => {
  const id = await submitList(under.store);
  await under.store.append(id, endAppend(id));
  const ended = new RedisEndedExecutions(under.redis);
  differBy(365 * DAY_MS);
  expect(await ended.toArchive(DAY_MS, 10, 0)).toEqual([]);
  expect(await ended.toPrune(DAY_MS, 10, 10, 0)).toEqual([]);
  vi.useRealTimers();
  differBy(-365 * DAY_MS);
  expect(await ended.toArchive(-1, 10, 0)).toEqual([id]);
});

it('a limit that was noted after a use began is not over by it, whichever clocks noted both', async () => {
  const book = new RedisCredentialBook(under.redis);
  const until = new Date(Date.now() + DAY_MS);
  const begun = new Date(Date.now() - 1000);
  differBy(-3_600_000);
  await book.limited('skewed', 'all', until);
  vi.useRealTimers();
  await book.succeeded('skewed', begun);
  expect(await book.limitedUntil('skewed', 'opus')).toEqual(until);
  const overBy = async () => {
    await book.succeeded('skewed', new Date());
    return await book.limitedUntil('skewed', 'opus');
  };
  await expect.poll(overBy).toBeNull();
});
