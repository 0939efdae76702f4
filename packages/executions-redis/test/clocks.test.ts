import { endAppend, outputAppend, submitList } from '@cc-executor/testkit';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Outbox, RedisCredentialBook, RedisEndedExecutions, RedisOutages } from '../src/index.ts';
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

/** Stores what Redis itself would have stored while the clock of the machine was ahead by this much. */
async function storedAhead(key: string, fields: readonly string[], ms: number): Promise<void> {
  const known = await under.redis.hmget(key, ...fields);
  for (const [index, field] of fields.entries())
    await under.redis.hset(
      key,
      field,
      (known[index] ?? '').replaceAll(/\d{13}/g, (at) => String(Number(at) + ms)),
    );
}

it('a wait lasts as long as it was to last, also where the clock is set back meanwhile', async () => {
  const id = await submitList(under.store);
  const claim = await under.store.claim(id, 'w');
  if (claim.result !== 'claimed') throw new Error(claim.result);
  await under.store.append(id, {
    ...outputAppend(id, 'x', { token: claim.token, counter: 1 }),
    to: { status: 'waiting', reason: 'outage' },
    release: true,
    wakeAt: new Date(Date.now() + 60_000),
  });
  await storedAhead(`cc:execution:${id}`, ['due', 'due_since'], DAY_MS);
  const member = `commands ${id}`;
  await under.redis.zincrby('cc:outbox', DAY_MS * 1000, member);
  const outbox = new Outbox(await under.open(), () => undefined);
  outbox.relay();
  const left = async () => Number(await under.redis.zscore('cc:outbox', member)) / 1000 - Date.now();
  await expect.poll(left).toBeLessThan(70_000);
  expect(await left()).toBeGreaterThan(0);
  expect(await under.store.claim(id, 'w')).toEqual({ result: 'refused', reason: 'not_due' });
  await outbox.close();
});

it('an outage that was found before the clock was set back ends with the first attempt that works', async () => {
  const outages = new RedisOutages(under.redis);
  differBy(DAY_MS);
  await outages.failed('ahead', new Date(), [60_000]);
  await outages.joined('ahead', 'waits', new Date(Date.now() + 30_000));
  vi.useRealTimers();
  const until = await outages.blockedUntil('ahead', 'x');
  expect((until?.getTime() ?? 0) - Date.now()).toBeLessThan(70_000);
  expect(await outages.due('ahead', false)).toEqual({ isOver: false, executionIds: [] });
  differBy(40_000);
  await outages.worked('ahead', new Date(), 'x');
  expect(await outages.due('ahead', false)).toEqual({ isOver: true, executionIds: ['waits'] });
});

it('a limit that was noted before the clock was set back blocks nothing', async () => {
  const book = new RedisCredentialBook(under.redis);
  await book.limited('ahead', 'all', new Date(Date.now() + 900_000));
  expect(await book.limitedUntil('ahead', '')).not.toBeNull();
  const [[key = '']] = [await under.redis.keys('cc:credential:ahead')];
  await storedAhead(key, ['limit *'], DAY_MS);
  expect(await book.limitedUntil('ahead', '')).toBeNull();
});
