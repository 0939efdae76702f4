import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutcomeCode } from '@cc-executor/contracts';
import { cut, httpError, say, type Reply } from '@cc-executor/testkit';
import { claudeHarness } from './harness.ts';

const harness = claudeHarness();

const credit =
  'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade.';
const planLimit = {
  'anthropic-ratelimit-unified-status': 'rejected',
  'anthropic-ratelimit-unified-reset': '1795000000',
  'anthropic-ratelimit-unified-representative-claim': 'five_hour',
};
const subscription = { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' };

interface Case {
  what: string;
  reply: Reply;
  outcome: OutcomeCode;
  says: string;
  retries: number;
  env?: Record<string, string>;
}

const cases: Case[] = [
  {
    what: '401',
    reply: httpError(401, 'invalid x-api-key'),
    outcome: 'auth_failed',
    says: 'Invalid API key',
    retries: 2,
  },
  { what: '403', reply: httpError(403), outcome: 'auth_failed', says: '403', retries: 0 },
  { what: '404', reply: httpError(404, 'model: x'), outcome: 'model_not_found', says: 'model', retries: 0 },
  {
    what: '400',
    reply: httpError(400, 'bad field'),
    outcome: 'invalid_request',
    says: 'bad field',
    retries: 0,
  },
  { what: 'no credit', reply: httpError(400, credit), outcome: 'billing', says: 'Credit', retries: 0 },
  {
    what: 'a prompt that is too long',
    reply: httpError(400, 'prompt is too long: 300000 tokens > 200000 maximum'),
    outcome: 'prompt_too_long',
    says: 'too long',
    retries: 0,
  },
  { what: '413', reply: httpError(413), outcome: 'prompt_too_long', says: 'too large', retries: 0 },
  { what: '429', reply: httpError(429, 'slow down'), outcome: 'rate_limited', says: 'slow down', retries: 2 },
  {
    what: '429 with a long retry-after',
    reply: httpError(429, 'slow down', { 'retry-after': '61' }),
    outcome: 'rate_limited',
    says: 'slow down',
    retries: 0,
  },
  {
    what: "a plan's limit",
    reply: httpError(429, 'slow down', planLimit),
    outcome: 'usage_limit',
    says: "You've hit your",
    retries: 0,
    env: subscription,
  },
  { what: '500', reply: httpError(500, 'oops'), outcome: 'server_error', says: 'oops', retries: 2 },
  { what: '529', reply: httpError(529), outcome: 'overloaded', says: '529', retries: 2 },
  {
    what: 'a refusal',
    reply: { blocks: [], stop_reason: 'refusal' },
    outcome: 'agent_error',
    says: 'safeguards',
    retries: 0,
  },
  {
    what: 'an answer that never ends',
    reply: { blocks: [], stop_reason: 'max_tokens' },
    outcome: 'agent_error',
    says: 'output token maximum',
    retries: 0,
  },
  { what: 'a dropped connection', reply: cut(0), outcome: 'network', says: 'ECONNRESET', retries: 2 },
];

describe('a failure of the model', () => {
  it.concurrent.each(cases)('$what is $outcome', async ({ reply, outcome, says, retries, env = {} }) => {
    const model = await harness.model(() => reply);
    const { run, of, text } = await harness.start('go', model, { env });
    const end = await run.ended;
    expect(end).toMatchObject({ outcome, message: expect.stringContaining(says), result: null });
    expect(end.session_id).not.toBeNull();
    expect(of('agent.retry').map(({ attempt, max_retries }) => [attempt, max_retries])).toEqual(
      [
        [1, 2],
        [2, 2],
      ].slice(0, retries),
    );
    expect(of('agent.result')).toMatchObject([{ subtype: 'success', is_error: true }]);
    expect(text('stdout')).toBe('');
  });

  it.concurrent('a refused connection is network', async () => {
    const model = await harness.model(() => say('never'));
    await model.close();
    const { run, of } = await harness.start('go', model);
    expect(await run.ended).toMatchObject({ outcome: 'network', turns: 1 });
    expect(of('agent.retry')[0]).toMatchObject({ attempt: 1, status: null });
    expect(of('agent.retry')[0]?.delay).toBeGreaterThan(0.1);
  });

  it.concurrent('keeps what was generated before it', async () => {
    const model = await harness.model(() => cut(5, say('one two three', { chunk: 4, pause_ms: 20 })));
    const { run, text } = await harness.start('go', model);
    expect(await run.ended).toMatchObject({ outcome: 'network', result: null });
    expect(text('stdout')).toContain('one two thr');
  });

  it("tells when a plan's limit ends", async () => {
    const model = await harness.model(() => httpError(429, 'slow down', planLimit));
    const { run, of } = await harness.start('go', model, { env: subscription });
    await run.ended;
    const resets_at = new Date(1_795_000_000_000).toISOString();
    expect(of('agent.limit')).toMatchObject([{ status: 'rejected', resets_at }]);
  });

  it('no credential at all is auth_failed', async () => {
    const model = await harness.model(() => say('never'));
    const { run } = await harness.start('go', model, { env: { ANTHROPIC_API_KEY: '' } });
    expect(await run.ended).toMatchObject({ outcome: 'auth_failed' });
    expect(model.requests).toEqual([]);
  });
});

describe('a program that is not what it should be', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cc-executor-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const nowhere = { url: 'http://127.0.0.1:1' };

  async function program(script: string) {
    const file = join(folder, `program-${String(Math.random())}`);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return { claudeExecutable: file };
  }

  it('is missing', async () => {
    const { run, of } = await harness.start('go', nowhere, { claudeExecutable: join(folder, 'no-claude') });
    expect(await run.ended).toMatchObject({
      outcome: 'spawn_failed',
      message: `There is no Claude Code at ${join(folder, 'no-claude')}.`,
    });
    expect(of('task.process')).toEqual([]);
  });

  it('has no directory to work in', async () => {
    const cwd = join(folder, 'no-directory');
    const { run } = await harness.start('go', nowhere, { cwd });
    expect(await run.ended).toMatchObject({
      outcome: 'spawn_failed',
      message: `The directory ${cwd} does not exist.`,
    });
  });

  it('may not be executed', async () => {
    const file = join(folder, 'not-executable');
    await writeFile(file, '');
    const { run } = await harness.start('go', nowhere, { claudeExecutable: file });
    expect(await run.ended).toMatchObject({
      outcome: 'spawn_failed',
      message: expect.stringContaining('EACCES'),
    });
  });

  it('ends without a word', async () => {
    const { run } = await harness.start('go', nowhere, await program('exit 0'));
    expect(await run.ended).toMatchObject({
      outcome: 'no_result',
      message: expect.stringContaining('ended without a result'),
    });
  });

  it('ends with an exit code, and what it said on stderr is told', async () => {
    const { run, text } = await harness.start('go', nowhere, await program('echo broken >&2; exit 7'));
    expect(await run.ended).toMatchObject({
      outcome: 'agent_crashed',
      message: 'Claude Code ended with exit code 7. It said: broken',
      exit_code: null,
    });
    expect(text('stderr')).toBe('broken\n');
  });
});
