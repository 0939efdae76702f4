import type { ScriptedModel } from '@cc-executor/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { TAG } from './stack/compose.ts';
import { Execution } from './stack/execution.ts';
import { inside } from './stack/inside.ts';
import { PROMPT, startModelFor, WRITTEN } from './stack/model.ts';
import { Stack } from './stack/stack.ts';

// As docs/guides/sandbox.md has it: docker compose with the second file. It builds two more images, so it is nightly.
const isNightly = process.env['CC_TEST_NIGHTLY'] === '1';

const setup = inject('setup');
const FILES = ['docker-compose.sandbox.yml', 'tests/docker/compose-sandbox.test.yml'];
const REFUSED = {
  code: 'host_refused',
  message: 'The task may not reach other.example:443: "network" of its list does not name it.',
};
const API_KEY = 'sk-made-up-for-containers';

let stack: Stack | undefined;
let model: ScriptedModel | undefined;

beforeAll(async () => {
  if (!isNightly) return;
  const env = {
    ANTHROPIC_API_KEY: API_KEY,
    CC_EXECUTOR_SANDBOX_IMAGES: `cc-executor-agent:${TAG}`,
    CC_EXECUTOR_SANDBOX_HOSTS: 'example.com',
    CC_EXECUTOR_ENGINE: new URL(setup.host).pathname,
  };
  stack = await Stack.create(setup, env, FILES);
  await stack.compose(['build', 'launcher', 'egress', 'agent']);
  model = await startModelFor(stack);
  await stack.up({ ANTHROPIC_BASE_URL: model.url });
}, 600_000);

afterAll(async () => {
  await model?.close();
  await stack?.down();
});

test.runIf(isNightly)('commands and prompts run in containers, beside the launcher', async () => {
  if (stack === undefined) throw new Error('There is no stack.');
  const execution = await Execution.post(stack, {
    tasks: [
      { command: 'echo "$HOSTNAME" > where; cat /proc/1/comm; ls /sys/class/net' },
      { prompt: PROMPT },
      { command: 'curl -sS https://other.example/ || true', network: ['example.com'] },
    ],
  });
  await execution.follower.untilEnd();
  const { status, results } = await execution.results();
  expect(results).toMatchObject([
    { stdout: 'docker-init\nlo\n' },
    { result: 'Written down.' },
    { warnings: [REFUSED] },
  ]);
  expect(status).toBe('completed');
  const types = execution.follower.events.map(({ type }) => type);
  expect(types.filter((type) => type === 'task.container')).toHaveLength(3);
  expect(await readFile(join(execution.workspace, WRITTEN), 'utf8')).toMatch(/^\d+\n$/);
  expect(model?.requests.every(({ headers }) => headers['x-api-key'] === API_KEY)).toBe(true);
  for (const service of ['api', 'gateway', 'worker'] as const)
    expect((await inside(stack, service, ['test', '-e', '/var/run/docker.sock'])).code).not.toBe(0);
});
