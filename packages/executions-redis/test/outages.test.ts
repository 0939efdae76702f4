import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, waitFor, type TestRedis } from '@cc-executor/testkit';
import { connect, RedisOutages } from '../src/index.ts';

let redis: TestRedis;
let connection: ReturnType<typeof connect>;
let outages: RedisOutages;
beforeAll(async () => {
  redis = await startRedis();
  connection = connect(redis.url, 'patient', () => undefined);
  outages = new RedisOutages(connection);
});
afterAll(async () => {
  connection.disconnect();
  await redis.stop();
});

const HOUR = 3_600_000;
const LONG = [HOUR, 2 * HOUR, 4 * HOUR];
const later = () => new Date(Date.now() + 1);
/** How far away a time is, in hours. */
const hours = (at: Date | null) => Math.round(((at?.getTime() ?? 0) - Date.now()) / HOUR);

describe('an outage', () => {
  it('grows with each attempt that fails, and not with those that had begun before it was found', async () => {
    const begun = new Date();
    expect(hours(await outages.failed('a', begun, LONG))).toBe(1);
    expect(hours(await outages.failed('a', begun, LONG))).toBe(1);
    const steps = [];
    for (let i = 0; i < 3; i++) steps.push(hours(await outages.failed('a', later(), LONG)));
    expect(steps).toEqual([2, 4, 4]);
    expect(hours(await outages.blockedUntil('a', 'x'))).toBe(4);
    expect(await outages.blockedUntil('another', 'x')).toBeNull();
  });

  it('lets one execution at a time try, again after its worker died, until that has failed', async () => {
    await outages.failed('b', new Date(), [1]);
    const tries = await waitFor(async () => {
      const asked = await Promise.all(['1', '2', '3'].map((id) => outages.blockedUntil('b', id)));
      return asked.includes(null) ? asked : null;
    });
    expect(tries.filter((until) => until === null)).toHaveLength(1);
    const one = String(tries.indexOf(null) + 1);
    expect(await outages.blockedUntil('b', one)).toBeNull();
    await outages.failed('b', later(), LONG);
    expect(hours(await outages.blockedUntil('b', one))).toBe(2);
  });

  it('is over when an attempt works that began after it was found: those that wait are to be resumed', async () => {
    await outages.failed('c', new Date(), LONG);
    await outages.joined('c', 'one', new Date());
    await outages.joined('c', 'two', new Date());
    await outages.joined('c', 'later', new Date(Date.now() + HOUR));
    await outages.worked('c', new Date(Date.now() - HOUR), 'three');
    expect(await outages.due('c', true)).toEqual({ isOver: false, executionIds: [] });
    await outages.worked('c', later(), 'two');
    expect(await outages.blockedUntil('c', 'x')).toBeNull();
    expect(await outages.due('c', false)).toEqual({ isOver: true, executionIds: ['one'] });
    await outages.left('c', 'one');
    expect((await outages.due('c', false)).executionIds).toEqual([]);
    // The next one begins with the first interval.
    expect(hours(await outages.failed('c', later(), LONG))).toBe(1);
  });

  it('names those of which one may try, when its time has come', async () => {
    await outages.failed('d', new Date(), [1]);
    await outages.joined('d', 'one', new Date());
    expect(await outages.due('d', false)).toEqual({ isOver: false, executionIds: [] });
    const due = await waitFor(async () => {
      const found = await outages.due('d', true);
      return found.executionIds.length > 0 ? found : null;
    });
    expect(due).toEqual({ isOver: false, executionIds: ['one'] });
    expect((await outages.due('d', true)).executionIds).toEqual([]);
  });

  it('without intervals blocks nobody and is not tried by itself, but ends for all', async () => {
    expect(await outages.failed('e', new Date(), [])).toBeNull();
    await outages.joined('e', 'one', new Date());
    expect(await outages.blockedUntil('e', 'x')).toBeNull();
    expect((await outages.due('e', true)).executionIds).toEqual([]);
    await outages.worked('e', later(), 'two');
    expect(await outages.due('e', true)).toEqual({ isOver: true, executionIds: ['one'] });
  });

  it('outlives Redis', async () => {
    const until = await outages.failed('f', new Date(), LONG);
    await redis.kill();
    await redis.start();
    expect(await outages.blockedUntil('f', 'x')).toEqual(until);
  });
});
