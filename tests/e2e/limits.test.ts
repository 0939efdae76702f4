import {
  httpError,
  processIsAlive,
  say,
  startScriptedModel,
  waitFor,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

/** When the plan's limit of the scripted account resets, in milliseconds since 1970; 0: it is not reached. */
let resetsAt = 0;
let failAs: ReturnType<typeof httpError> | null = null;
let answered: string[] = [];
let model: ScriptedModel;
let under: StackUnderTest;

beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      const [, number = ''] = /Say (\d+)\./.exec(JSON.stringify(request.messages)) ?? [];
      if (failAs) return failAs;
      if (Date.now() < resetsAt) return planLimit();
      // The plan's limit is reached after the third task of the list.
      if (number === '4' && resetsAt === 0) {
        resetsAt = Date.now() + 6000;
        return planLimit();
      }
      answered.push(number);
      return say(`This is ${number}.`);
    },
  });
  under = await startStackUnderTest({
    CLAUDE_CODE_OAUTH_TOKEN: 'made-up-token',
    ANTHROPIC_BASE_URL: model.url,
    CC_EXECUTOR_CONCURRENCY: '1',
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const planLimit = () =>
  httpError(429, 'limit', {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': String(Math.ceil(resetsAt / 1000)),
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  });

describe('a night in which the usage limit is reached', () => {
  it('waits for the reset, over the death of the worker and of Redis, and then goes on where it was', async () => {
    const id = await under.submit({ tasks: Array.from({ length: 6 }, (_, i) => `Say ${String(i + 1)}.`) });
    const waiting = await waitFor(
      async () => {
        const now = await under.status(id);
        return now.status === 'waiting' ? now : null;
      },
      { seconds: 40, what: 'the execution to wait' },
    );
    expect(waiting).toMatchObject({ reason: 'usage_limit', progress: '3/6 tasks completed' });
    expect(Date.parse(waiting.waiting_until ?? '')).toBeGreaterThanOrEqual(resetsAt);
    const [started] = (await under.eventsSoFar(id)).filter(
      ({ type, task }) => type === 'task.process' && task === 4,
    );
    expect(processIsAlive(Number(started?.data['pid']))).toBe(false);
    for (const name of ['worker', 'redis']) process.kill(under.stack.pids()[name] ?? 0, 'SIGKILL');
    expect(await under.ended(id, 60)).toMatchObject({
      status: 'completed',
      completed_tasks: 6,
      reason: null,
    });
    expect(Date.now()).toBeGreaterThan(resetsAt);
    expect(answered).toEqual(['1', '2', '3', '4', '5', '6']);
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const limited = events.find(({ type }) => type === 'task.interrupted');
    expect(limited).toMatchObject({ task: 4, attempt: 1, data: { outcome: 'usage_limit' } });
    const { results } = await under.results(id);
    expect(results.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 2, 1, 1]);
  });
});

describe('a login that is refused', () => {
  it('pauses the execution and says why; a resume goes on from there', async () => {
    answered = [];
    failAs = httpError(401, 'Invalid bearer token');
    const id = await under.submit({ tasks: ['Say 1.', 'Say 2.'] });
    await waitFor(async () => (await under.status(id)).status === 'paused', { seconds: 40 });
    expect(await under.status(id)).toMatchObject({ reason: 'auth_required', settled_tasks: 0 });
    failAs = null;
    expect(await under.call('POST', `/executions/${id}/resume`)).toMatchObject({ status: 202 });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect(answered).toEqual(['1', '2']);
  });
});

describe('a burst', () => {
  it('is waited out, and costs no try', async () => {
    answered = [];
    failAs = httpError(529);
    const id = await under.submit({ tasks: ['Say 1.'] });
    await waitFor(async () => (await under.status(id)).status === 'waiting', { seconds: 40 });
    expect(await under.status(id)).toMatchObject({ reason: 'burst' });
    failAs = null;
    expect(await under.ended(id, 60)).toMatchObject({ status: 'completed' });
    expect((await under.results(id)).results[0]).toMatchObject({ attempt: 2, result: 'This is 1.' });
  });
});
