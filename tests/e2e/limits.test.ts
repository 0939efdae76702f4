import {
  httpError,
  processesWith,
  say,
  startScriptedModel,
  useTool,
  waitFor,
  type ScriptedModel,
} from '@cc-executor/testkit';
import type { AuthStatus } from '@cc-executor/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breachesOf, type PlannedTask } from './graph-model.ts';
import { meets, startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

/** When the plan's limit of the scripted account resets, in milliseconds since 1970; 0: it is not reached. */
let resetsAt = 0;
let failAs: ReturnType<typeof httpError> | null = null;
let answered: string[] = [];
/** The model answers once this has resolved. */
let mayAnswer: Promise<unknown> = Promise.resolve();
/** The numbers that are answered whatever the limit, each when its promise resolves. */
let held: Record<string, Promise<unknown>> = {};
let judged = 0;
let model: ScriptedModel;
let under: StackUnderTest;

beforeAll(async () => {
  model = await startScriptedModel({
    script: async (request) => {
      if (JSON.stringify(request.messages).includes('Judge:')) {
        judged += 1;
        return useTool('StructuredOutput', { is_valid: true, reason: 'It is.' });
      }
      const [, number = ''] = /Say (\d+)\./.exec(JSON.stringify(request.messages)) ?? [];
      if (failAs) return failAs;
      await mayAnswer;
      if (held[number]) {
        await held[number];
        return say(`This is ${number}.`);
      }
      if (Date.now() < resetsAt) return planLimit();
      // The plan's limit is reached after the third task of the list.
      if (number === '4' && resetsAt === 0) {
        // Long enough for all that is done before it, on a busy machine too.
        resetsAt = Date.now() + 15_000;
        return planLimit();
      }
      answered.push(number);
      return say(`This is ${number}.`);
    },
  });
  under = await startStackUnderTest({
    CLAUDE_CODE_OAUTH_TOKEN: 'made-up-token',
    ANTHROPIC_BASE_URL: model.url,
    CC_EXECUTOR_CONCURRENCY: '4',
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const processesOf = (id: string) => processesWith(`CC_EXECUTOR_EXECUTION_ID=${id}`);

const planLimit = () =>
  httpError(429, 'limit', {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': String(Math.ceil(resetsAt / 1000)),
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  });

const waiting = async (id: string) =>
  await waitFor(
    async () => {
      const now = await under.status(id);
      return now.status === 'waiting' ? now : null;
    },
    { what: `execution ${id} to wait` },
  );

describe('a night in which the usage limit is reached', () => {
  // Proves: usage-limit-waits
  it('waits for the reset, over the death of the worker and of Redis, and then continues where it was', async () => {
    const numbers = Array.from({ length: 10 }, (_, i) => String(i + 1));
    const id = await under.submit({ tasks: numbers.map((number) => `Say ${number}.`) });
    const limited = await waiting(id);
    expect(limited).toMatchObject({ reason: 'usage_limit', progress: '3/10 tasks completed' });
    expect(Date.parse(limited.waiting_until ?? '')).toBeGreaterThanOrEqual(resetsAt);
    expect(processesOf(id), 'the memory is given back').toEqual([]);

    const asked = model.requests.length;
    const second = await under.submit({ tasks: ['Say 11.'] });
    expect(await waiting(second)).toMatchObject({ waiting_until: limited.waiting_until, settled_tasks: 0 });
    expect(model.requests).toHaveLength(asked);
    const other = await under.submit({ tasks: [{ command: 'echo others go on' }] });
    expect(await under.ended(other)).toMatchObject({ status: 'completed' });

    for (const name of ['worker', 'redis']) process.kill(under.stack.pids()[name] ?? 0, 'SIGKILL');
    expect(await under.ended(id, 240)).toMatchObject({
      status: 'completed',
      completed_tasks: 10,
      reason: null,
      waiting_until: null,
    });
    expect(await under.ended(second, 240)).toMatchObject({ status: 'completed' });
    expect(Date.now()).toBeGreaterThan(resetsAt);
    expect(answered.toSorted((a, b) => Number(a) - Number(b))).toEqual([...numbers, '11']);
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const interrupted = events.filter(({ type }) => type === 'task.interrupted');
    expect(interrupted).toMatchObject([
      { task: 4, attempt: 1, data: { outcome: 'usage_limit', limit: 'five_hour' } },
    ]);
    const { results } = await under.results(id);
    expect(results.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2, 1, 1, 1, 1, 1, 1]);
    expect((await under.results(second)).results[0]).toMatchObject({ attempt: 1 });
  });

  it('is tried at once when somebody resumes it, and when that works the limit is over for all', async () => {
    answered = [];
    resetsAt = Date.now() + 3_600_000;
    const id = await under.submit({ tasks: ['Say 1.'] });
    expect((await waiting(id)).waiting_until).toMatch(/Z$/);
    resetsAt = 1;
    expect(await under.call('POST', `/executions/${id}/resume`)).toMatchObject({ status: 202 });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    const next = await under.submit({ tasks: ['Say 2.'] });
    expect(await under.ended(next)).toMatchObject({ status: 'completed' });
    expect(answered).toEqual(['1', '2']);
  });
});

describe('a limit that one of several tasks reaches', () => {
  // Proves: usage-limit-waits
  it('lets no further prompt or command start, and those that run come to their end', async () => {
    answered = [];
    resetsAt = Date.now() + 3_600_000;
    const command = { command: meets('under-way'), needs: [] };
    const others = Array.from({ length: 3 }, (_, index) => [
      { command: `echo ${String(index)}`, needs: [] },
      { prompt: `Say ${String(index + 10)}.`, needs: [] },
    ]);
    mayAnswer = under.haveMet('under-way', 2);
    const id = await under.submit({
      max_parallel: 4,
      tasks: [
        { prompt: 'Say 1.', needs: [] },
        command,
        command,
        { prompt: 'Say 2.', needs: [] },
        ...others.flat(),
      ],
    });
    const isMet = async () => (await under.eventsSoFar(id)).some(({ type }) => type === 'task.interrupted');
    await waitFor(isMet);
    await under.letMeet('under-way', 2);
    expect(await waiting(id)).toMatchObject({ reason: 'usage_limit', completed_tasks: 2 });
    const events = await under.eventsSoFar(id);
    const limit = events.findIndex(({ type }) => type === 'task.interrupted');
    expect(events[limit]?.data).toMatchObject({ outcome: 'usage_limit' });
    expect(events.slice(limit).filter(({ type }) => type === 'task.started')).toEqual([]);
    expect(answered).toEqual([]);
    resetsAt = 1;
    expect(await under.call('POST', `/executions/${id}/resume`)).toMatchObject({ status: 202 });
    expect(await under.ended(id, 240)).toMatchObject({ status: 'completed', completed_tasks: 10 });
    const attempts = (await under.results(id)).results.map(({ attempt }) => attempt);
    expect(attempts.slice(1, 3)).toEqual([1, 1]);
    expect(attempts.slice(4)).toEqual(others.flat().map(() => 1));
  });
});

describe('prompts that run at the same time', () => {
  const planned: PlannedTask = {
    needs: [],
    when: null,
    failures: 0,
    retries: 0,
    shared: false,
    limits: 0,
    seconds: 0,
  };
  const starts = async (id: string) =>
    (await under.eventsSoFar(id)).filter(({ type }) => type === 'task.started').length;

  // Proves: usage-limit-waits
  it('stop at a limit with no further start, and one of them tries whether it is over', async () => {
    answered = [];
    resetsAt = Date.now() + 3_600_000;
    const numbers = ['21', '22', '23', '24', '25', '26'];
    const tasks = numbers.map((number) => ({ prompt: `Say ${number}.`, needs: [] }));
    const id = await under.submit({ tasks, max_parallel: 4 });
    await waiting(id);
    const atFirst = await starts(id);
    expect(atFirst).toBeLessThanOrEqual(4);
    expect(await under.call('POST', `/executions/${id}/resume`)).toMatchObject({ status: 202 });
    await waitFor(async () => (await starts(id)) > atFirst, { what: 'a try' });
    await waiting(id);
    expect(await starts(id)).toBe(atFirst + 1);
    resetsAt = 1;
    expect(await under.call('POST', `/executions/${id}/resume`)).toMatchObject({ status: 202 });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect(answered.toSorted()).toEqual(numbers);
    const list = { tasks: tasks.map(() => planned), on_failure: 'stop', max_parallel: 4 } as const;
    expect(breachesOf({ ...list, intervention: null }, await under.events(id))).toEqual([]);
  });

  it('start no further agent of theirs once one has met a limit, and continue where they were', async () => {
    resetsAt = Date.now() + 3_600_000;
    judged = 0;
    const isLimited = Promise.withResolvers<undefined>();
    held = { 31: isLimited.promise };
    const tasks = [
      { prompt: 'Say 31.', validation_prompt: 'Judge: {response}', needs: [] },
      { prompt: 'Say 32.', needs: [] },
    ];
    const id = await under.submit({ tasks, max_parallel: 4 });
    const ends = async () => (await under.eventsSoFar(id)).filter(({ type }) => type === 'task.interrupted');
    await waitFor(async () => (await ends()).some(({ task }) => task === 2), { what: 'a limit' });
    isLimited.resolve(undefined);
    await waiting(id);
    expect(await ends()).toMatchObject([
      { task: 2, data: { outcome: 'usage_limit' } },
      { task: 1, data: { outcome: 'paused', message: expect.stringContaining('has met a limit') as string } },
    ]);
    expect(judged).toBe(0);
    resetsAt = 1;
    expect(await under.call('POST', `/executions/${id}/resume`)).toMatchObject({ status: 202 });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect(judged).toBeGreaterThan(0);
  });
});

describe('a login that is refused', () => {
  // Proves: refused-credential-pauses
  it('pauses the execution and says why; a resume continues from there', async () => {
    answered = [];
    failAs = httpError(401, 'Invalid bearer token');
    const id = await under.submit({ tasks: ['Say 1.', 'Say 2.'] });
    await waitFor(async () => (await under.status(id)).status === 'paused');
    expect(await under.status(id)).toMatchObject({ reason: 'auth_required', settled_tasks: 0 });
    const [paused] = (await under.eventsSoFar(id)).filter(({ type }) => type === 'execution.paused');
    const [first] = (paused?.data['instructions'] ?? []) as string[];
    expect(first).toContain('The token in CLAUDE_CODE_OAUTH_TOKEN');
    expect(first).toContain('claude setup-token');
    // A worker tells every few seconds what it knows.
    const auth = async () => (await under.call('GET', '/auth/status')).body as AuthStatus;
    const refused = await waitFor(async () => {
      const now = await auth();
      return now.status === 'not_authenticated' ? now : null;
    });
    expect(refused).toMatchObject({ method: 'oauth_token', last_failure: { outcome: 'auth_failed' } });
    expect(refused.message).toContain('it was refused at');
    expect(refused.credential).toMatchObject({ state: 'refused', by: 'prompt' });
    const health = (await under.call('GET', '/health')).body;
    expect(health).toMatchObject({ status: 'degraded', checks: { credential: { status: 'failed' } } });
    failAs = null;
    expect(await under.call('POST', `/executions/${id}/resume`)).toMatchObject({ status: 202 });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect(answered).toEqual(['1', '2']);
    const good = await waitFor(async () => {
      const now = await auth();
      return now.status === 'authenticated' ? now : null;
    });
    expect(Date.parse(good.last_success_at ?? '')).toBeGreaterThan(Date.parse(good.last_failure?.at ?? ''));
    expect(good.credential).toMatchObject({ state: 'works', by: 'prompt' });
    expect(JSON.stringify(good)).not.toContain('made-up-token');
  });
});

describe('a burst', () => {
  it('is waited out, and costs no try', async () => {
    answered = [];
    failAs = httpError(529);
    const id = await under.submit({ tasks: ['Say 1.'] });
    expect(await waiting(id)).toMatchObject({ reason: 'burst' });
    failAs = null;
    expect(await under.ended(id, 240)).toMatchObject({ status: 'completed' });
    expect((await under.results(id)).results[0]).toMatchObject({ attempt: 2, result: 'This is 1.' });
  });
});
