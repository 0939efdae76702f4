import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '@cc-executor/testkit';
import { connect, RedisCredentialBook } from '../src/index.ts';

let redis: TestRedis;
let connection: ReturnType<typeof connect>;
let book: RedisCredentialBook;
beforeAll(async () => {
  redis = await startRedis();
  connection = connect(redis.url, 'patient', () => undefined);
  book = new RedisCredentialBook(connection);
});
afterAll(async () => {
  connection.disconnect();
  await redis.stop();
});

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

describe('the limits of a credential', () => {
  it('hold for every model, or for one, and for no other credential', async () => {
    const [all, one] = [inSeconds(100), inSeconds(200)];
    await book.limited('a', 'all', all);
    await book.limited('a', { model: 'opus' }, one);
    expect(await book.limitedUntil('a', 'sonnet')).toEqual(all);
    expect(await book.limitedUntil('a', 'opus')).toEqual(one);
    expect(await book.limitedUntil('b', 'opus')).toBeNull();
  });

  it('are over at their time, and a shorter one shortens none', async () => {
    await book.limited('c', 'all', inSeconds(-1));
    expect(await book.limitedUntil('c', '')).toBeNull();
    const far = inSeconds(500);
    await book.limited('c', 'all', far);
    await book.limited('c', 'all', inSeconds(5));
    expect(await book.limitedUntil('c', '')).toEqual(far);
  });

  it('outlive Redis', async () => {
    const until = inSeconds(300);
    await book.limited('d', 'all', until);
    await redis.kill();
    await redis.start();
    expect(await book.limitedUntil('d', '')).toEqual(until);
  });

  it('are over when it worked after they were noted, and not when that had begun before', async () => {
    const begun = inSeconds(-10);
    await book.limited('e', 'all', inSeconds(300));
    await book.succeeded('e', begun);
    expect(await book.limitedUntil('e', '')).not.toBeNull();
    await book.succeeded('e', inSeconds(1));
    expect(await book.limitedUntil('e', '')).toBeNull();
  });
});

describe('the last use of a credential', () => {
  it('is the last success and the last failure', async () => {
    expect(await book.lastUse('u')).toEqual({ lastSuccess: null, lastFailure: null });
    const failure = { at: new Date().toISOString(), outcome: 'auth_failed', message: 'revoked' } as const;
    await book.failed('u', failure);
    await book.succeeded('u', new Date());
    expect(await book.lastUse('u')).toEqual({
      lastSuccess: expect.stringMatching(/Z$/),
      lastFailure: failure,
    });
  });
});
