import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { waitFor } from '@cc-executor/testkit';
import { curl } from './stack/curl.ts';
import { Execution } from './stack/execution.ts';
import type { StoredEvent } from './stack/follow.ts';
import { inside } from './stack/inside.ts';
import { Stack } from './stack/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await Stack.create(inject('setup'));
  await stack.up();
});

afterAll(async () => {
  await stack.down();
});

const running =
  (task: number, attempt = 1) =>
  (event: StoredEvent): boolean =>
    event.type === 'task.process' && event.task === task && event.attempt === attempt;

test('an execution lives through a restart of the api, the gateway, the worker and redis', async () => {
  const execution = await Execution.post(stack, {
    tasks: [1, 2, 3, 4].map((number) => Execution.waiting(number)),
  });
  const { follower } = execution;

  await follower.until('task 1 to run', running(1));
  await stack.compose(['restart', 'api']);
  await stack.healthy('api');
  await execution.release(1);

  await follower.until('task 2 to run', running(2));
  await stack.compose(['restart', 'gateway']);
  await stack.healthy('gateway');
  await execution.release(2);

  await follower.until('task 3 to run', running(3));
  await stack.compose(['restart', 'worker']);
  await follower.until('task 3 to run again', running(3, 2));
  await execution.release(3);

  await follower.until('task 4 to run', running(4));
  await stack.compose(['restart', 'redis']);
  await stack.healthy('redis');
  await execution.release(4);

  const last = await follower.untilEnd();
  expect(follower.connections).toBeGreaterThan(1);
  const { events } = follower;
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  expect(events.filter(({ type }) => type === 'task.completed').map(({ task }) => task)).toEqual([
    1, 2, 3, 4,
  ]);
  expect(events.at(-1)?.type).toBe('execution.completed');

  await stack.healthy('api');
  const { status, results } = await execution.results();
  expect(status).toBe('completed');
  expect(results.map(({ exit_code, stdout, attempt }) => [exit_code, stdout, attempt])).toEqual([
    [0, 'done 1\n', 1],
    [0, 'done 2\n', 1],
    [0, 'done 3\n', 2],
    [0, 'done 4\n', 1],
  ]);
});

test('what was stopped continues where it was', async () => {
  const execution = await Execution.post(stack, { tasks: [Execution.waiting(1)] });
  const { follower } = execution;
  await follower.until('task 1 to run', running(1));
  await stack.compose(['stop']);
  await stack.compose(['start']);
  await follower.until('task 1 to run again', running(1, 2));
  await execution.release(1);
  const last = await follower.untilEnd();
  expect(follower.events.map(({ seq }) => seq)).toEqual(
    Array.from({ length: last }, (_, index) => index + 1),
  );
  expect(follower.events.map(({ type }) => type)).toContain('execution.handed_back');
  await stack.healthy('api');
  expect(await execution.results()).toMatchObject({ status: 'completed', results: [{ stdout: 'done 1\n' }] });
});

test('a service that crashes is started again', async () => {
  const itself =
    'for each in /proc/[0-9]*; do grep -qx cc-executor-api $each/comm && echo ${each#/proc/}; done';
  await inside(stack, 'api', ['sh', '-c', `kill -KILL $(${itself})`]);
  await waitFor(async () => (await stack.container('api')).RestartCount > 0, {
    what: 'the restart of the api',
  });
  await stack.healthy('api');
  expect(await curl(`http://127.0.0.1:${String(stack.apiPort)}/health`)).toMatchObject({ status: 200 });
});
