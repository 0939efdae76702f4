import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { processesWith, processIsAlive, waitFor } from '@cc-executor/testkit';
import { expect, test } from 'vitest';
import { startStack, type Stack, type StartStackOptions } from '../src/index.ts';
import { LineSink } from '../src/terminal/line-sink.ts';
import { newFolder } from './helpers/folder.ts';
import { ALL, fixtureServices } from './helpers/stack.ts';

const path = process.env['PATH'];

async function start(
  names: string[],
  more: Partial<StartStackOptions> = {},
  env: Record<string, string> = {},
) {
  const folder = newFolder();
  const lines: string[] = [];
  const stack = await startStack({
    env: {
      PATH: path,
      CC_EXECUTOR_DATA_DIR: folder,
      CC_EXECUTOR_API_PORT: '0',
      CC_EXECUTOR_WS_PORT: '0',
      ...env,
    },
    say: (line) => lines.push(line),
    services: fixtureServices(names),
    ...more,
  });
  return { stack, folder, lines };
}

const alive = (pids: Record<string, number>) => Object.entries(pids).filter(([, pid]) => processIsAlive(pid));
const environmentOf = (folder: string, name: string) =>
  JSON.parse(readFileSync(join(folder, `${name}.env.json`), 'utf8')) as Record<string, string>;

async function askRedis(folder: string, command: string): Promise<string> {
  const socket = connect(join(folder, 'redis', 'redis.sock'));
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.write(`${command}\r\n`);
  await waitFor(() => answer.endsWith('\r\n'), { what: `an answer to ${command}` });
  socket.destroy();
  return answer;
}

test('it runs, prints where, and ends in order with nothing left', async () => {
  const { stack, folder } = await start(ALL);
  expect(await (await fetch(stack.apiUrl)).text()).toBe('api');
  expect(await (await fetch(stack.wsUrl.replace('ws:', 'http:'))).text()).toBe('gateway');
  const pids = stack.pids();
  expect(Object.keys(pids)).toEqual(['redis', 'api', 'gateway', 'worker']);
  const record = JSON.parse(readFileSync(join(folder, 'stack.json'), 'utf8')) as Record<string, unknown>;
  expect(record).toMatchObject({ pid: process.pid, api: stack.apiUrl, ws: stack.wsUrl });
  await Promise.all([stack.stop(), stack.stop()]);
  expect(readFileSync(join(folder, 'ends.txt'), 'utf8')).toBe('worker\ngateway\napi\n');
  expect(alive(pids)).toEqual([]);
  expect(existsSync(join(folder, 'stack.json'))).toBe(false);
  expect(readFileSync(join(folder, 'logs', 'redis.log'), 'utf8')).toContain('Redis is now ready to exit');
});

test('its Redis is on a private socket only, writes at once, and evicts nothing', async () => {
  const { stack, folder } = await start(ALL);
  const socket = join(folder, 'redis', 'redis.sock');
  expect(environmentOf(folder, 'api')['REDIS_URL']).toBe(`unix://${socket}`);
  expect(statSync(join(folder, 'redis')).mode & 0o777).toBe(0o700);
  expect(statSync(socket).mode & 0o777).toBe(0o700);
  expect(await askRedis(folder, 'CONFIG GET port')).toContain('\r\n0\r\n');
  expect(await askRedis(folder, 'CONFIG GET appendonly')).toContain('\r\nyes\r\n');
  expect(await askRedis(folder, 'CONFIG GET appendfsync')).toContain('\r\nalways\r\n');
  expect(await askRedis(folder, 'CONFIG GET maxmemory-policy')).toContain('\r\nnoeviction\r\n');
  await stack.stop();
});

test.each([
  'FLUSHALL',
  'FLUSHDB',
  'SHUTDOWN NOSAVE',
  'DEBUG SEGFAULT',
  'CONFIG SET appendonly no',
  'SWAPDB 0 1',
])('its Redis refuses %s, also inside of a script', async (command) => {
  const { stack, folder } = await start(['serves-as-api', 'serves-as-gateway']);
  await askRedis(folder, 'SET key kept');
  expect(await askRedis(folder, command)).toMatch(/^-(NOPERM|ERR DEBUG)/);
  const words = command.split(' ').map((word) => `'${word}'`);
  expect(await askRedis(folder, `EVAL "return redis.call(${words.join(',')})" 0`)).toMatch(/^-/);
  expect(await askRedis(folder, 'GET key')).toContain('kept');
  await stack.stop();
});

test('the credentials of the agent reach the worker, and nothing else', async () => {
  // Others on this machine may have made-up keys too.
  const key = `sk-${randomUUID()}`;
  const { stack, folder } = await start(
    ALL,
    {},
    {
      ANTHROPIC_API_KEY: key,
      CLAUDE_CONFIG_DIR: '/nowhere',
      OPENAI_API_KEY: key,
      CODEX_API_KEY: key,
    },
  );
  expect(process.platform === 'linux' ? processesWith(key) : []).toEqual([]);
  await stack.stop();
  expect(environmentOf(folder, 'worker')).toMatchObject({
    ANTHROPIC_API_KEY: key,
    CLAUDE_CONFIG_DIR: '/nowhere',
    OPENAI_API_KEY: key,
    CODEX_API_KEY: key,
  });
  for (const name of ['api', 'gateway'])
    expect(
      Object.keys(environmentOf(folder, name)).filter((variable) =>
        /^(ANTHROPIC|CLAUDE|OPENAI|CODEX)/.test(variable),
      ),
    ).toEqual([]);
});

test('egress and the launcher get their settings, and neither Redis nor any credential', async () => {
  const key = `sk-${randomUUID()}`;
  const settings = {
    CC_EXECUTOR_ENGINE: '/nowhere/engine.sock',
    CC_EXECUTOR_SANDBOX_HOSTS: 'example.com',
    CC_EXECUTOR_SANDBOX_IMAGES: 'image',
  };
  const secrets = Object.fromEntries(
    `ANTHROPIC_API_KEY OPENAI_API_KEY CC_EXECUTOR_API_KEY AWS_SECRET_ACCESS_KEY GITHUB_TOKEN DATABASE_URL SOMETHING_ELSE`
      .split(' ')
      .map((name) => [name, key]),
  );
  const names = ['serves-as-egress', 'serves-as-launcher'];
  const { stack, folder } = await start([...names, ...ALL], {}, { ...settings, ...secrets });
  await stack.stop();
  for (const name of ['egress', 'launcher']) {
    const env = environmentOf(folder, name);
    expect(env).toMatchObject({ ...settings, CC_EXECUTOR_DATA_DIR: folder });
    expect(env).not.toHaveProperty('REDIS_URL');
    expect(JSON.stringify(env)).not.toContain(key);
  }
});

test('a data directory whose path is too long for a socket has it elsewhere, as private', async () => {
  const folder = join(newFolder(), 'long'.repeat(30));
  const { stack } = await start(ALL, {}, { CC_EXECUTOR_DATA_DIR: folder });
  const socket = environmentOf(folder, 'worker')['REDIS_URL']?.replace('unix://', '') ?? '';
  expect(socket.length).toBeLessThan(104);
  expect(statSync(join(socket, '..')).mode & 0o777).toBe(0o700);
  await stack.stop();
  expect(existsSync(join(socket, '..'))).toBe(false);
});

test.each(['api', 'redis'])('%s, killed, is started again where it was', async (name) => {
  const { stack, lines } = await start(ALL);
  const before = stack.pids()[name] ?? 0;
  process.kill(before, 'SIGKILL');
  await waitFor(() => lines.includes(`${name} runs again.`), { what: `${name} to run again` });
  expect(lines[0]).toMatch(new RegExp(`^${name} has ended \\(.*\\); it is started again in 0\\.5 s\\.$`));
  expect(stack.pids()[name]).not.toBe(before);
  expect(await (await fetch(stack.apiUrl)).text()).toBe('api');
  const pids = stack.pids();
  await stack.stop();
  expect(alive(pids)).toEqual([]);
});

test('warnings of a service are shown short and once, the whole is in its log', async () => {
  const { stack, folder, lines } = await start(['serves-as-api', 'serves-as-gateway', 'warns']);
  await waitFor(() => lines.length >= 2);
  await stack.stop();
  expect(lines.toSorted((a, b) => a.localeCompare(b))).toEqual([
    'warns: no line of a log',
    'warns: warn: Redis: is away',
  ]);
  const log = readFileSync(join(folder, 'logs', 'warns.log'), 'utf8');
  expect(log).toContain('only in the file');
  expect(log.match(/is away/g)).toHaveLength(2);
});

test('a record that cannot be written is reported, and ends nothing', async () => {
  const { stack, folder, lines } = await start(ALL);
  const record = join(folder, 'stack.json');
  rmSync(record);
  mkdirSync(record);
  process.kill(stack.pids()['api'] ?? 0, 'SIGKILL');
  await waitFor(() => lines.includes('api runs again.'), { what: 'the API to run again' });
  expect(lines.join('\n')).toMatch(/^stack\.json can't be written \(EISDIR.*\); running tasks continue\.$/m);
  expect(await (await fetch(stack.apiUrl)).text()).toBe('api');
  const pids = stack.pids();
  await stack.stop();
  expect(alive(pids)).toEqual([]);
});

test.runIf(existsSync('/dev/full'))(
  'a full disk costs lines of a log, which is reported, and ends nothing',
  async () => {
    const lines: string[] = [];
    const sink = new LineSink('loud', '/dev/full', (line) => lines.push(line));
    sink.read(Readable.from(['one\n', 'two\n']));
    await sink.close();
    expect(lines).toEqual(["loud: lines of its log are lost: /dev/full can't be written (ENOSPC)"]);
  },
);

test('the own Redis keeps what was stored from one run to the next', async () => {
  const folder = newFolder();
  const first: Stack = (await start(ALL, {}, { CC_EXECUTOR_DATA_DIR: folder })).stack;
  expect(await askRedis(folder, 'SET key kept')).toBe('+OK\r\n');
  await first.stop();
  const second = (await start(ALL, {}, { CC_EXECUTOR_DATA_DIR: folder })).stack;
  expect(await askRedis(folder, 'GET key')).toContain('kept');
  await second.stop();
});
