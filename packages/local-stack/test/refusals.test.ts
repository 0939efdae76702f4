import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ConfigError, StartFailure } from '@cc-executor/service-kit';
import { startRedis } from '@cc-executor/testkit';
import { expect, test } from 'vitest';
import { startStack } from '../src/index.ts';
import { newFolder } from './helpers/folder.ts';
import { ALL, fixtureServices } from './helpers/stack.ts';

const base = () => ({
  PATH: process.env['PATH'],
  CC_EXECUTOR_DATA_DIR: newFolder(),
  CC_EXECUTOR_API_PORT: '0',
  CC_EXECUTOR_WS_PORT: '0',
});

async function refusal(env: Record<string, string | undefined>, names = ALL): Promise<Error> {
  return await startStack({ env, services: fixtureServices(names) }).then(
    async (stack) => {
      await stack.stop();
      throw new Error('it started');
    },
    (error: Error) => error,
  );
}

// Proves: settings-are-checked-first
test('settings that are wrong are all reported, and nothing is started or made', async () => {
  const folder = join(newFolder(), 'data');
  const error = await refusal({
    CC_EXECUTOR_DATA_DIR: folder,
    LOG_LEVEL: 'loud',
    CC_EXECUTOR_HOST: '0.0.0.0',
  });
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).faults).toHaveLength(2);
  expect(existsSync(folder)).toBe(false);
});

test.each([
  [
    'redis://127.0.0.1:1',
    "The Redis of REDIS_URL (127.0.0.1:1) can't be used: nothing answers there (ECONNREFUSED).",
  ],
  ['redis://user:hunter22@127.0.0.1:1', "The Redis of REDIS_URL (127.0.0.1:1) can't be used: nothing"],
  ['unix:///nowhere/redis.sock', "(/nowhere/redis.sock) can't be used: nothing answers there (ENOENT)."],
])('a Redis that cannot be reached (%s) is reported with what to do', async (url, sentence) => {
  const error = await refusal({ ...base(), REDIS_URL: url });
  expect(error).toBeInstanceOf(StartFailure);
  expect(error.message).toContain(sentence);
  expect(error.message).toContain('without REDIS_URL an own Redis is started');
  expect(error.message).not.toContain('hunter22');
});

test('a password that the Redis does not take is reported', async () => {
  const redis = await startRedis();
  const gate = createServer((client) => client.pipe(connect(redis.url.replace('unix://', ''))).pipe(client));
  await once(gate.listen(0, '127.0.0.1'), 'listening');
  const { port } = gate.address() as AddressInfo;
  const error = await refusal({ ...base(), REDIS_URL: `redis://user:hunter22@127.0.0.1:${String(port)}` });
  expect(error.message).toMatch(/can't be used: WRONGPASS .*\. Start it or correct REDIS_URL/);
  gate.close();
  await redis.stop();
});

test('a given Redis that answers is used, and no own one is started', async () => {
  const redis = await startRedis();
  const stack = await startStack({
    env: { ...base(), REDIS_URL: redis.url },
    services: fixtureServices(ALL),
  });
  expect(Object.keys(stack.pids())).toEqual(['api', 'gateway', 'worker']);
  await stack.stop();
  await redis.stop();
});

test('every service that cannot start is reported in its own sentence, and the rest is ended', async () => {
  const env = base();
  const error = await refusal(env, ['serves-as-api', 'refuses-to-start', 'ends-before-it-is-ready']);
  expect(error.message).toBe(
    `it could not start: its port is in use.\nends-before-it-is-ready ended (code 3) before it was ready; ${join(env.CC_EXECUTOR_DATA_DIR, 'logs', 'ends-before-it-is-ready.log')} has the reason.`,
  );
  expect(readdirSync(env.CC_EXECUTOR_DATA_DIR)).not.toContain('stack.json');
  expect(readdirSync(join(env.CC_EXECUTOR_DATA_DIR, 'redis'))).not.toContain('redis.sock');
});

test('a data directory that cannot be made is reported with the setting', async () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  const error = await refusal({ ...base(), CC_EXECUTOR_DATA_DIR: join(file, 'data') });
  expect(error.message).toMatch(/can't be made \(ENOTDIR\): set CC_EXECUTOR_DATA_DIR/);
});

test('a second stack on the same data directory is refused with where the first one is', async () => {
  const env = base();
  const first = await startStack({ env, services: fixtureServices(ALL) });
  const error = await refusal(env);
  expect(error.message).toBe(
    `cc-executor is already running (pid ${String(process.pid)}) at ${first.apiUrl}.`,
  );
  expect(await (await fetch(first.apiUrl)).text()).toBe('api');
  await first.stop();
});

test('of several that start at once on one data directory, exactly one runs', async () => {
  const env = base();
  const starts = await Promise.allSettled(
    [1, 2, 3].map(() => startStack({ env, services: fixtureServices(ALL) })),
  );
  const stacks = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  await Promise.all(stacks.map((stack) => stack.stop()));
  expect(stacks).toHaveLength(1);
});

test('the record of a stack that is dead, even with the pid of another process, is no hindrance', async () => {
  const env = base();
  const record = { pid: process.pid, started: 'long ago', api: null, ws: null, processes: [] };
  writeFileSync(join(env.CC_EXECUTOR_DATA_DIR, 'stack.json'), JSON.stringify(record));
  const stack = await startStack({ env, services: fixtureServices(ALL) });
  expect(Object.keys(stack.pids())).toContain('redis');
  await stack.stop();
});

test('a Redis that cannot read its data says so', async () => {
  const env = base();
  const first = await startStack({ env, services: fixtureServices(ALL) });
  await first.stop();
  const files = join(env.CC_EXECUTOR_DATA_DIR, 'redis', 'appendonlydir');
  writeFileSync(join(files, 'appendonly.aof.1.base.rdb'), 'not a database');
  const error = await refusal(env);
  expect(error.message).toMatch(/^Redis could not start \(code 1\); the end of .*redis\.log:\n/);
});
