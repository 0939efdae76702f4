import { connect, RedisCredentialBook, RedisOutages } from '@cc-executor/executions-redis';
import type { AttemptEnd, AuthStatus, OutcomeCode } from '@cc-executor/contracts';
import { bareEnd } from '@cc-executor/agents';
import { say, startRedis, startScriptedModel, waitFor, type TestRedis } from '@cc-executor/testkit';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeRecord, type CredentialUse } from '@cc-executor/executions';
import { createLogger } from '@cc-executor/service-kit';
import { withLastUse } from '../src/credential/auth-with-use.ts';
import { Credential } from '../src/credential/credential.ts';
import { tryCredential } from '../src/credential/try-credential.ts';
import { ModelReach } from '../src/credential/model-reach.ts';
import { PromptGate } from '../src/running/prompt-gate.ts';

let redis: TestRedis;
let connection: ReturnType<typeof connect>;
beforeAll(async () => {
  redis = await startRedis();
  connection = connect(redis.url, 'patient', () => undefined);
});
afterAll(async () => {
  connection.disconnect();
  await redis.stop();
});

const credential = (name: string) => new Credential(new RedisCredentialBook(connection), name);
const end = (outcome: OutcomeCode, more: Partial<AttemptEnd> = {}): AttemptEnd => ({
  ...bareEnd(outcome, null),
  execution_time: 1,
  stdout_bytes: 0,
  stderr_bytes: 0,
  result_truncated: false,
  receipt: null,
  ...more,
});
const limitedUntil = new Date(Date.now() + 3_600_000);
const used = { model: 'opus', begun: new Date(), limitedUntil };

describe('a credential whose limit is reached', () => {
  it('is not tried with any model', async () => {
    const one = credential('a');
    await one.note(end('usage_limit', { limit: 'seven_day' }), used);
    expect(await one.limitedUntil('sonnet')).toEqual(limitedUntil);
    expect((await one.lastUse()).lastFailure).toMatchObject({ outcome: 'usage_limit' });
  });

  it('is tried with other models when the limit is of one', async () => {
    const one = credential('b');
    await one.note(end('usage_limit', { limit: 'seven_day_opus' }), used);
    expect(await one.limitedUntil('opus')).toEqual(limitedUntil);
    expect(await one.limitedUntil('sonnet')).toBeNull();
  });
});

describe('what an attempt says of its credential', () => {
  it('is nothing when the model was not reached, or somebody ended it', async () => {
    const one = credential('c');
    for (const outcome of ['network', 'server_error', 'cancelled', 'agent_crashed'] as const)
      await one.note(end(outcome), { ...used, limitedUntil: null });
    expect(await one.lastUse()).toMatchObject({ lastSuccess: null, lastFailure: null });
  });

  it('is that it works, also when the answer is not what was wanted', async () => {
    for (const outcome of ['invalid_output', 'uuid_mismatch', 'check_failed'] as const) {
      const one = credential(outcome);
      await one.note(end(outcome), { ...used, limitedUntil: null });
      expect((await one.lastUse()).lastSuccess).toMatch(/Z$/);
    }
  });
});

describe('a Redis that takes nothing more', () => {
  it('loses no end of an attempt: what that says of the credential is left out', async () => {
    const { tasks } = makeRecord({ tasks: [{ prompt: 'x' }], on_failure: 'stop' }, 'e', new Date());
    const logger = createLogger({ name: 'test', level: 'silent' });
    const reach = new ModelReach({
      outages: new RedisOutages(connection),
      names: { outage: 'e', refusal: 'e' },
      longestInterval: 900_000,
      credentialIntervals: [60_000],
    });
    const about = {
      credential: credential('e'),
      reach,
      executionId: 'e',
      isOpen: false,
      stopped: [],
      logger,
    };
    const gate = new PromptGate(about);
    const ended = { type: 'task.completed', task: 1, attempt: 1, data: end('completed') } as const;
    await connection.config('SET', 'maxmemory', '1');
    try {
      await expect(credential('e').note(end('completed'), used)).rejects.toThrow('OOM');
      await gate.after(tasks[0], ended, { begun: new Date(), release: null });
    } finally {
      await connection.config('SET', 'maxmemory', '0');
    }
    expect(await gate.before(tasks[0])).toBeNull();
  });
});

describe('prompts of a list after a limit', () => {
  const { tasks } = makeRecord(
    { tasks: [{ prompt: 'x' }, { prompt: 'y' }, { prompt: 'z' }], on_failure: 'stop' },
    'e',
    new Date(),
  );
  const [one, two, three] = tasks;
  const gateOf = (name: string, isOpen: boolean, stopped: 'claude'[]) =>
    new PromptGate({
      credential: credential(name),
      reach: new ModelReach({
        outages: new RedisOutages(connection),
        names: { outage: name, refusal: name },
        longestInterval: 900_000,
        credentialIntervals: [60_000],
      }),
      executionId: name,
      isOpen,
      stopped,
      logger: createLogger({ name: 'test', level: 'silent' }),
    });
  const ended = (outcome: OutcomeCode) =>
    ({ type: 'task.completed', task: 1, attempt: 1, data: end(outcome) }) as const;
  const about = () => ({ begun: new Date(), release: null });

  it('that a person has resumed: one is tried, and the others wait for what it finds', async () => {
    await credential('g').note(end('usage_limit'), used);
    const noted = Date.now();
    const data = expect.objectContaining({ reason: 'usage_limit' }) as unknown;
    const event = expect.objectContaining({ data }) as unknown;
    const isWaiting = expect.objectContaining({ event }) as unknown;
    for (const [outcome, then] of [
      ['agent_crashed', isWaiting],
      ['completed', 'starts'],
    ] as const) {
      const gate = gateOf('g', true, []);
      expect(await gate.before(one)).toBeNull();
      expect([await gate.before(two), gate.mayStart(two)]).toEqual(['later', false]);
      // What was used with success before a limit was noted says nothing about it.
      await waitFor(() => Date.now() > noted);
      await gate.after(one, ended(outcome), about());
      expect(gate.mayStart(two)).toBe(true);
      expect((await gate.before(two)) ?? 'starts').toEqual(then);
    }
  });

  it('whose time has passed: one is tried until it is answered; also where none is shared with others', async () => {
    const gate = gateOf('h', false, ['claude']);
    let changes = 0;
    gate.onChange = () => (changes += 1);
    expect(await gate.before(one)).toBeNull();
    expect(await gate.before(two)).toBe('later');
    await gate.after(one, ended('agent_crashed'), about());
    expect(await gate.before(two)).toBeNull();
    expect(await gate.before(three)).toBe('later');
    gate.answered('codex');
    expect([gate.mayStart(three), changes]).toEqual([false, 0]);
    gate.answered('claude');
    expect([gate.mayStart(three), changes, await gate.before(three)]).toEqual([true, 1, null]);
  });

  it('that could not be started leaves the try to another one', async () => {
    await credential('i').note(end('usage_limit'), used);
    const gate = gateOf('i', true, []);
    expect(await gate.before(one)).toBeNull();
    gate.notStarted(one);
    expect(await gate.before(two)).toBeNull();
    expect(await gate.before(one)).toBe('later');
  });
});

describe('whether it is authenticated', () => {
  const auth: AuthStatus = { status: 'authenticated', method: 'api_key', message: 'Claude Code has a key.' };
  const at = '2026-05-05T12:00:00.000Z';
  const later = '2026-05-05T13:00:00.000Z';
  const unused: CredentialUse = { lastSuccess: null, lastFailure: null, lastWorked: null, lastRefused: null };
  const refused: CredentialUse = { ...unused, lastRefused: { at, by: 'prompt', message: 'revoked' } };
  const before = new Date('2026-05-05T11:00:00.000Z');

  it('is unknown, and reported as unknown, for one that was never tried', () => {
    const told = withLastUse(auth, unused, before);
    expect(told).toMatchObject({ status: 'authenticated', credential: { state: 'found' } });
    expect(told.message).toContain('it was not tried');
  });

  it('is not, after it was refused, and the cure of what is in use comes first', () => {
    const told = withLastUse(auth, refused, before);
    expect(told).toMatchObject({
      status: 'not_authenticated',
      credential: { state: 'refused', at, by: 'prompt', message: 'revoked' },
      message: `Claude Code has a key. But it was refused at ${at}, when a prompt used it: revoked`,
    });
    expect(told.instructions?.[0]).toContain('The key in ANTHROPIC_API_KEY is used: replace it');
    const login = withLastUse({ ...auth, method: 'claude_login' }, refused, before);
    expect(login.instructions?.[0]).toContain('auth login');
  });

  it('is valid again when it worked later, or after a new login', () => {
    const works: CredentialUse = { ...refused, lastWorked: { at: later, by: 'try', message: null } };
    expect(withLastUse(auth, works, before)).toMatchObject({
      status: 'authenticated',
      credential: { state: 'works', at: later, by: 'try' },
      message: `Claude Code has a key. It worked at ${later}, when it was tried.`,
    });
    expect(withLastUse(auth, refused, new Date(later)).status).toBe('authenticated');
  });
});

describe('a key that is tried before the first prompt', () => {
  const env = (url: string, key: string) => ({ ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url });
  const auth: AuthStatus = { status: 'authenticated', method: 'api_key', message: '' };
  const logger = createLogger({ name: 'test', level: 'silent' });
  const model = async () => {
    const started = await startScriptedModel({ script: () => say('Hi.'), refusedKeys: ['wrong'] });
    onTestFinished(() => started.close());
    return started;
  };

  it('is known to be refused, or to work, and no prompt is sent for that', async () => {
    const { url, requests } = await model();
    await tryCredential(credential('wrong'), env(url, 'wrong'), logger)(auth);
    expect((await credential('wrong').lastUse()).lastRefused).toMatchObject({
      by: 'try',
      message: 'invalid x-api-key',
    });
    await tryCredential(credential('right'), env(url, 'right'), logger)(auth);
    expect((await credential('right').lastUse()).lastWorked).toMatchObject({ by: 'try' });
    expect(requests).toHaveLength(0);
  });

  it('is a key: a login or a token of a subscription is never tried', async () => {
    const { url } = await model();
    const tryIt = tryCredential(credential('login'), env(url, 'wrong'), logger);
    for (const method of ['oauth_token', 'claude_login', 'third_party'] as const)
      await tryIt({ ...auth, method });
    expect((await credential('login').lastUse()).lastRefused).toBeNull();
  });

  it('is sent nowhere else, and an answer of another kind shows nothing', async () => {
    const { url } = await model();
    const seen: unknown[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers['x-api-key']);
      if (request.url?.startsWith('/html') === true)
        return response.writeHead(401).end('<html>Log in</html>');
      return response.writeHead(302, { location: `${url}/v1/models` }).end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void elsewhere.close());
    const { port } = elsewhere.address() as AddressInfo;
    for (const path of ['', '/html'])
      await tryCredential(
        credential('else'),
        env(`http://127.0.0.1:${String(port)}${path}`, 'wrong'),
        logger,
      )(auth);
    expect(seen).toEqual(['wrong', 'wrong']);
    expect(await credential('else').lastUse()).toMatchObject({ lastWorked: null, lastRefused: null });
  });
});
