import { connect, RedisCredentialBook } from '@cc-executor/executions-redis';
import type { AttemptEnd, AuthStatus, OutcomeCode } from '@cc-executor/contracts';
import { bareEnd } from '@cc-executor/agents';
import { startRedis, type TestRedis } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRecord } from '@cc-executor/executions';
import { createLogger } from '@cc-executor/service-kit';
import { withLastUse } from '../src/auth-with-use.ts';
import { Credential } from '../src/executions/credential.ts';
import { PromptGate } from '../src/executions/prompt-gate.ts';

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
    expect(await one.lastUse()).toEqual({ lastSuccess: null, lastFailure: null });
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
    const gate = new PromptGate(credential('e'), false, logger);
    const ended = { type: 'task.completed', task: 1, attempt: 1, data: end('completed') } as const;
    await connection.config('SET', 'maxmemory', '1');
    try {
      await expect(credential('e').note(end('completed'), used)).rejects.toThrow('OOM');
      await gate.after(tasks[0], ended, { begun: new Date(), giveUp: null });
    } finally {
      await connection.config('SET', 'maxmemory', '0');
    }
    expect(await gate.before(tasks[0])).toBeNull();
  });
});

describe('whether it is authenticated', () => {
  const auth: AuthStatus = { status: 'authenticated', method: 'claude_login', message: 'It is.' };
  const at = '2026-05-05T12:00:00.000Z';
  const refused = {
    lastSuccess: null,
    lastFailure: { at, outcome: 'auth_failed', message: 'revoked' },
  } as const;
  const before = new Date('2026-05-05T11:00:00.000Z');

  it('is not, after it was refused, whatever it looks like from outside', () => {
    expect(withLastUse(auth, refused, before)).toMatchObject({
      status: 'not_authenticated',
      message: `It is. But it was refused when it was last used, at ${at}: revoked`,
      instructions: expect.arrayContaining([expect.stringContaining('setup-token')]),
      last_failure: { outcome: 'auth_failed' },
    });
  });

  it('is again when it worked later, or the login was made anew', () => {
    const later = '2026-05-05T13:00:00.000Z';
    expect(withLastUse(auth, { ...refused, lastSuccess: later }, before).status).toBe('authenticated');
    expect(withLastUse(auth, refused, new Date(later)).status).toBe('authenticated');
  });

  it('is, when it was only at its limit', () => {
    const limited = { ...refused, lastFailure: { ...refused.lastFailure, outcome: 'usage_limit' } } as const;
    expect(withLastUse(auth, limited, before)).toMatchObject({
      status: 'authenticated',
      last_failure: { outcome: 'usage_limit' },
    });
  });
});
