import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '@cc-executor/service-kit';
import { processIsAlive, waitFor } from '@cc-executor/testkit';
import { expect, test } from 'vitest';
import { Supervised } from '../src/children/supervised.ts';
import { launchService } from '../src/children/service.ts';
import { startStack } from '../src/index.ts';
import { LineSink } from '../src/terminal/line-sink.ts';
import { newFolder } from './helpers/folder.ts';
import { runProgram } from './helpers/program.ts';
import { ALL, fixture, fixtureServices } from './helpers/stack.ts';

const newEnv = () => ({
  PATH: String(process.env['PATH']),
  CC_EXECUTOR_DATA_DIR: newFolder(),
  CC_EXECUTOR_API_PORT: '0',
  CC_EXECUTOR_WS_PORT: '0',
});
const alive = (pids: readonly number[]) => pids.filter(processIsAlive);

async function killedStack(env: Record<string, string>, names: string[]) {
  const program = runProgram(fixture('runs-a-stack'), names, env);
  await program.printed('}');
  const pids = JSON.parse(program.stdout()) as Record<string, number>;
  program.process.kill('SIGKILL');
  await program.ended;
  return pids;
}

test('services end by themselves when the stack is killed', async () => {
  const pids = await killedStack(newEnv(), ALL);
  const { redis = 0, ...services } = pids;
  await waitFor(() => alive(Object.values(services)).length === 0, { what: 'the services to end' });
  process.kill(redis, 'SIGTERM');
  await waitFor(() => !processIsAlive(redis), { what: 'Redis to end' });
  expect(alive(Object.values(pids))).toEqual([]);
});

test('the own Redis ends by itself some time after the program that started it was killed', async () => {
  const folder = newFolder();
  const server = findProgram(['redis-server', 'valkey-server'], process.env['PATH']) ?? '';
  const files = ['redis.sock', 'redis.log'].map((name) => join(folder, name));
  const program = runProgram(fixture('runs-a-redis'), [server, folder, ...files], {});
  await program.printed('\n');
  const redis = Number(program.stdout());
  program.process.kill('SIGKILL');
  await program.ended;
  expect(processIsAlive(redis)).toBe(true);
  await waitFor(() => !processIsAlive(redis), { what: 'Redis to end' });
});

test('the next start ends what a killed stack has left, and continues with its data', async () => {
  const env = newEnv();
  const left = await killedStack(env, ALL);
  expect(processIsAlive(left['redis'] ?? 0)).toBe(true);
  const stack = await startStack({ env, services: fixtureServices(ALL) });
  expect(alive(Object.values(left))).toEqual([]);
  expect(await (await fetch(stack.apiUrl)).text()).toBe('api');
  await stack.stop();
});

test('a process that ends again and again is started again and again, and what it said last is reported', async () => {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  const lines: string[] = [];
  const sink = new LineSink('brief', join(folder, 'brief.log'), (line) => lines.push(line));
  const entry = { name: 'brief', main: fixture('ends-soon-after-it-is-ready') };
  const child = new Supervised({
    name: 'brief',
    launch: async () => launchService(entry, {}, sink),
    say: (line) => lines.push(line),
    onChange: () => undefined,
    firstBackoffMs: 1,
  });
  await child.start();
  await waitFor(() => lines.some((line) => line.startsWith('brief has ended (code 4, 7 times in a row)')));
  expect(lines.filter((line) => line === 'brief runs again.').length).toBeGreaterThanOrEqual(6);
  await child.stop();
  await sink.close();
});
