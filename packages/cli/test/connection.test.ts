import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionOf } from '../src/connection/connection.ts';
import { settingsSources } from '../src/connection/settings-sources.ts';
import { MAIN } from './cli-under-test.ts';

let folder: string;
const received: (string | undefined)[] = [];
const server = createServer(({ headers }, response) => {
  received.push(headers.authorization);
  response.writeHead(401, { 'content-type': 'application/problem+json' }).end('{}');
});
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-connection-'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

async function cliIn(cwd: string, args: string[], env: Record<string, string>) {
  const all = { PATH: process.env['PATH'], HOME: join(folder, 'home'), ...env };
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: all,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return said;
}

it('a .env of the folder that the command is called in names neither the server nor hooks', async () => {
  const stranger = join(folder, 'stranger');
  await mkdir(join(stranger, 'hooks'), { recursive: true });
  await writeFile(
    join(stranger, '.env'),
    `CC_EXECUTOR_URL=${url}\nCC_EXECUTOR_HOOKS_DIR=${join(stranger, 'hooks')}\n`,
  );
  await writeFile(
    join(stranger, 'hooks/pre_task.mjs'),
    `import { writeFileSync } from 'node:fs';
     export default () => writeFileSync(${JSON.stringify(join(stranger, 'ran'))}, '');`,
  );
  await writeFile(join(stranger, 'package.json'), '{}');
  received.length = 0;
  await cliIn(stranger, ['list'], { CC_EXECUTOR_API_KEY: 'hush', CC_EXECUTOR_API_PORT: '1' });
  expect(received).toEqual([]);
  const said = await cliIn(stranger, ['hooks', 'run', 'pre_task'], {});
  expect(said).toContain('CC_EXECUTOR_HOOKS_DIR is not set');
});

it('a key of the environment goes to an address of the environment, and to one that is typed', async () => {
  received.length = 0;
  await cliIn(folder, ['list'], { CC_EXECUTOR_URL: url, CC_EXECUTOR_API_KEY: 'hush' });
  await cliIn(folder, ['list', '--url', url], { CC_EXECUTOR_API_KEY: 'hush' });
  expect(new Set(received)).toEqual(new Set(['Bearer hush']));
});

it('a key of the environment is not sent to an address of the user’s file, with a warning', async () => {
  await mkdir(join(folder, 'home/.config/cc-executor'), { recursive: true });
  const file = join(folder, 'home/.config/cc-executor/env');
  await writeFile(file, `CC_EXECUTOR_URL=${url}\n`);
  received.length = 0;
  const said = await cliIn(folder, ['list'], { CC_EXECUTOR_API_KEY: 'hush' });
  expect(received).toEqual([undefined]);
  expect(said).toContain(`The key of the environment is not sent: the address comes from ${file}.`);
  await writeFile(file, `CC_EXECUTOR_URL=${url}\nCC_EXECUTOR_API_KEY=mine\n`);
  await cliIn(folder, ['list'], { CC_EXECUTOR_API_KEY: 'hush' });
  expect(received).toEqual([undefined, 'Bearer mine']);
});

describe('of the .env of the installation', () => {
  const connection = async (envFile: string, env: Record<string, string>, typed?: string) => {
    await writeFile(join(folder, '.env'), envFile);
    return connectionOf(typed, settingsSources({ HOME: '/nowhere', ...env }, folder));
  };

  it('address and key count together, also the key alone for the server of this machine', async () => {
    expect(await connection('CC_EXECUTOR_URL=http://a\nCC_EXECUTOR_API_KEY=one,two\n', {})).toMatchObject({
      url: 'http://a',
      apiKey: 'one',
      withheld: null,
    });
    expect(await connection('CC_EXECUTOR_API_KEY=one\n', {})).toMatchObject({ url: null, apiKey: 'one' });
    expect(await connection('CC_EXECUTOR_API_PORT=1\n', { CC_EXECUTOR_API_KEY: 'k' })).toMatchObject({
      apiKey: 'k',
    });
  });

  it.each([
    [
      'the address is of the environment',
      'CC_EXECUTOR_API_KEY=k\n',
      { CC_EXECUTOR_URL: 'http://a' },
      undefined,
    ],
    ['the address is typed', 'CC_EXECUTOR_API_KEY=k\n', {}, 'http://a'],
    ['the key is of the environment', 'CC_EXECUTOR_URL=http://a\n', { CC_EXECUTOR_API_KEY: 'k' }, undefined],
    [
      'only the host is of the file',
      'CC_EXECUTOR_HOST=evil.example.com\n',
      { CC_EXECUTOR_API_KEY: 'k' },
      undefined,
    ],
  ])('no key is sent where %s', async (_, envFile, env, typed) => {
    const found = await connection(envFile, env, typed);
    expect(found.apiKey).toBeUndefined();
    expect(found.withheld).toMatch(/^The key of .* is not sent: the address comes from /);
  });
});
