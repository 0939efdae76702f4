import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '@cc-executor/testkit';
import { credentialState } from '@cc-executor/executions';
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

const NOTHING = { lastSuccess: null, lastFailure: null, lastWorked: null, lastRefused: null };

describe('the last use of a credential', () => {
  it('is the last success and the last failure', async () => {
    expect(await book.lastUse('u')).toEqual(NOTHING);
    const failure = { at: new Date().toISOString(), outcome: 'auth_failed', message: 'revoked' } as const;
    await book.failed('u', failure);
    await book.succeeded('u', new Date());
    expect(await book.lastUse('u')).toEqual({
      lastSuccess: expect.stringMatching(/Z$/),
      lastFailure: failure,
      lastWorked: { at: expect.stringMatching(/Z$/), by: 'prompt', message: null },
      lastRefused: { at: failure.at, by: 'prompt', message: 'revoked' },
    });
  });

  it('has a refusal although the credential reached a limit since', async () => {
    const at = new Date().toISOString();
    await book.failed('l', { at, outcome: 'auth_failed', message: 'revoked' });
    await book.failed('l', { at, outcome: 'usage_limit', message: null });
    expect(await book.lastUse('l')).toMatchObject({
      lastFailure: { outcome: 'usage_limit' },
      lastRefused: { at, by: 'prompt', message: 'revoked' },
    });
  });

  it('distinguishes what was only tried from what a prompt has shown', async () => {
    await book.tried('t', { works: true, message: null });
    expect(await book.lastUse('t')).toMatchObject({ lastSuccess: null, lastWorked: { by: 'try' } });
    await book.tried('t', { works: false, message: 'invalid x-api-key' });
    const use = await book.lastUse('t');
    expect(use.lastRefused).toMatchObject({ by: 'try', message: 'invalid x-api-key' });
    await book.succeeded('t', new Date());
    expect(await book.lastUse('t')).toMatchObject({ lastWorked: { by: 'prompt' } });
  });

  it('is read from what an earlier version noted', async () => {
    const at = new Date().toISOString();
    const failure = JSON.stringify({ at, outcome: 'auth_failed', message: null });
    await connection.hset('cc:credential:o', { failure });
    expect((await book.lastUse('o')).lastRefused).toEqual({ at, by: 'prompt', message: null });
  });
});

describe('the state of a credential', () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 4, 5, hour)).toISOString();
  const sign = (hour: number) => ({ at: at(hour), by: 'prompt', message: null }) as const;
  const never = new Date(0);

  it('is found until something shows more, and then what was shown last', () => {
    const state = (worked: number | null, refused: number | null, renewed = never) =>
      credentialState(
        {
          lastWorked: worked === null ? null : sign(worked),
          lastRefused: refused === null ? null : sign(refused),
        },
        renewed,
      ).state;
    expect(state(null, null)).toBe('found');
    expect(state(1, null)).toBe('works');
    expect(state(1, 2)).toBe('refused');
    expect(state(3, 2)).toBe('works');
    expect(state(null, 2, new Date(at(3)))).toBe('found');
  });
});
