import { processIsAlive, rounds, startRedis, waitFor, type TestRedis } from '@cc-executor/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startSecondApi } from './second-api.ts';
import { startStackUnderTest, type Event, type StackUnderTest } from './stack-under-test.ts';

const RESTARTS = rounds({ short: 4, nightly: 50 });
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

// Proves: one-cursor
it(`watch gives every event once although what serves it restarts ${String(RESTARTS)} times`, async () => {
  const { service, url, up } = await startSecondApi(under, redis);
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
  await under.put(id, 'stop');
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
