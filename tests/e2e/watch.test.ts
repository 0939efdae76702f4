import { freePort, processIsAlive, rounds, startRedis, waitFor, type TestRedis } from '@cc-executor/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { Service } from '../chaos/services.ts';
import { startStackUnderTest, type Event, type StackUnderTest } from './stack-under-test.ts';

const RESTARTS = rounds({ short: 8, nightly: 50 });
const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts');

let redis: TestRedis;
let under: StackUnderTest;
beforeAll(async () => {
  redis = await startRedis();
  under = await startStackUnderTest({ REDIS_URL: redis.url });
});
afterAll(async () => {
  await under.stop();
  await redis.stop();
});

/** A second API of the same stack, that may be killed as often as one likes. */
async function startSecondApi() {
  const logs = join(under.folder, 'second');
  await mkdir(logs);
  const data = join(under.folder, 'data');
  const port = String(await freePort());
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: under.folder,
    REDIS_URL: redis.url,
    CC_EXECUTOR_DATA_DIR: data,
    CC_EXECUTOR_WORKSPACES_DIR: join(data, 'workspaces'),
    CC_EXECUTOR_API_PORT: port,
    LOG_LEVEL: 'warn',
  };
  const url = `http://127.0.0.1:${port}`;
  const service = new Service('api', 'api', env, logs);
  onTestFinished(async () => await service.stop());
  const isUp = async () => (await fetch(`${url}/health`).catch(() => null))?.ok;
  return { service, url, up: async () => await waitFor(isUp, { what: 'the API' }) };
}

// Proves: one-cursor
it(`watch gives every event once although what serves it restarts ${String(RESTARTS)} times`, async () => {
  const { service, url, up } = await startSecondApi();
  const id = await under.submit({
    tasks: [{ command: 'i=0; until [ -e stop ]; do i=$((i+1)); echo $i; sleep 0.02; done' }],
  });
  await up();
  const watching = spawn(process.execPath, [CLI, 'watch', id, '--json', '--url', url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  watching.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(watching, 'close');
  onTestFinished(() => void watching.kill());
  for (let restart = 0; restart < RESTARTS; restart++) {
    await up();
    const seen = text.length;
    await waitFor(() => text.length > seen, {
      what: `an event after ${String(restart)} restarts`,
    });
    const { pid } = service;
    // Half of them are asked to end, half are not.
    process.kill(pid, restart % 2 ? 'SIGKILL' : 'SIGTERM');
    await waitFor(() => !processIsAlive(pid), { what: 'the API to end' });
  }
  await writeFile(join(under.workspace(id), 'stop'), '');
  expect((await ended)[0]).toBe(0);
  await service.stop();
  expect(service.starts).toBe(RESTARTS + 1);
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events).toEqual(await under.events(id));
}, 600_000);
