import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => under.stop());

const failsTwice = 'echo try >> tries; [ $(wc -l < tries) -ge 3 ]';

describe('a task with retries', () => {
  it('is tried again after longer and longer waits, in which its slot is free, until it succeeds', async () => {
    const id = await under.submit({
      tasks: [{ command: failsTwice, retries: 5 }, { command: 'echo after' }],
    });
    const waiting = await waitFor(async () => {
      const now = await under.status(id);
      return now.status === 'waiting' ? now : null;
    });
    expect(waiting).toMatchObject({ reason: 'backoff', waiting_until: expect.stringMatching(/^20.*Z$/) });
    expect(await under.ended(id)).toMatchObject({ status: 'completed', waiting_until: null, reason: null });
    const { results } = await under.results(id);
    expect(results.map(({ attempt, status }) => [attempt, status])).toEqual([
      [3, 'completed'],
      [1, 'completed'],
    ]);
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const told = events
      .filter(({ type }) => /retrying|waiting|handed_back/.test(type))
      .map(({ type }) => type);
    expect(told).toEqual(['task.retrying', 'execution.waiting', 'task.retrying', 'execution.waiting']);
    const reasons = events
      .filter(({ type, task }) => type === 'task.started' && task === 1)
      .map(({ data }) => data['reason']);
    expect(reasons).toEqual(['first', 'retry', 'retry']);
  });

  it('fails when they are used up', async () => {
    const id = await under.submit({
      tasks: [{ command: 'echo try >> tries; exit 4', retries: 1 }, { command: 'true' }],
    });
    expect(await under.ended(id)).toMatchObject({ status: 'failed', failed_tasks: 1 });
    expect(await readFile(join(under.workspace(id), 'tries'), 'utf8')).toBe('try\ntry\n');
    const { results } = await under.results(id);
    expect(results.map(({ attempt, exit_code, status }) => [attempt, exit_code, status])).toEqual([
      [2, 4, 'failed'],
      [0, null, 'skipped'],
    ]);
  });

  it('can be cancelled while it waits', async () => {
    const id = await under.submit({ tasks: [{ command: 'false', retries: 9 }] });
    await waitFor(async () => (await under.status(id)).status === 'waiting');
    await under.call('DELETE', `/executions/${id}`);
    expect(await under.ended(id)).toMatchObject({ status: 'cancelled' });
  });
});
