import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Readable, Writable } from 'node:stream';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { handOver, isCredential } from '../src/index.ts';

const MODULE = join(import.meta.dirname, '../src/lifecycle/handed-over.ts');
/** Prints its pid, what it took over, what /proc shows of it, its arguments, and what it hands on to its children. */
const PROGRAM = `
  import { takeOver } from ${JSON.stringify(MODULE)};
  import { readFileSync } from 'node:fs';
  import { execFileSync } from 'node:child_process';
  const env = takeOver(process.env);
  const shown = readFileSync('/proc/self/environ', 'latin1');
  const handedOn = execFileSync('env', { encoding: 'utf8' });
  const { DB_PASSWORD, PLAIN, CC_EXECUTOR_CREDENTIALS_DESCRIPTOR: left } = env;
  console.log(JSON.stringify({
    pid: process.pid, DB_PASSWORD, PLAIN, left,
    shown: /hush/.test(shown), handedOn: /hush|DESCRIPTOR/.test(handedOn), args: process.argv.slice(1),
  }));
`;
const ARGS = ['--input-type=module', '-e', PROGRAM, 'an argument', '--with="quotes"'];
const EXPECTED = {
  DB_PASSWORD: 'hush "\n$x',
  PLAIN: 'p',
  shown: false,
  handedOn: false,
  args: ARGS.slice(3),
};

it.runIf(process.platform === 'linux')(
  'is started again without what its environment should not show',
  async () => {
    const env = { PATH: process.env['PATH'], PLAIN: 'p', DB_PASSWORD: 'hush "\n$x' };
    const child = spawn(process.execPath, ARGS, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    expect(JSON.parse(await text(child.stdout))).toEqual({ ...EXPECTED, pid: child.pid });
  },
);

it.runIf(process.platform === 'linux')('takes over what a parent writes to a descriptor', async () => {
  const given = handOver({ PATH: process.env['PATH'], PLAIN: 'p', DB_PASSWORD: 'hush "\n$x' }, 3);
  expect(JSON.stringify(given.env)).not.toContain('hush');
  const child = spawn(process.execPath, ARGS, {
    env: given.env,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  (child.stdio[3] as Writable).end(given.credentials);
  const [printed] = await Promise.all([text(child.stdio[1] as Readable), once(child, 'exit')]);
  expect(JSON.parse(printed)).toEqual({ ...EXPECTED, pid: child.pid });
});

it.each([
  ['ANTHROPIC_CUSTOM_HEADERS', 'x-key: 1'],
  ['ANTHROPIC_AUTH_TOKEN', 'x'],
  ['CC_EXECUTOR_API_KEY', 'x'],
  ['AWS_PROFILE', 'x'],
  ['google_cloud_project', 'x'],
  ['GITHUB_TOKEN', 'x'],
  ['MYSQL_PWD', 'x'],
  ['STRIPE_API_KEY', 'x'],
  ['REDIS_URL', 'redis://services:hush@host:6379'],
  ['ANY', 'postgres://:hush@host/db'],
])('%s=%s is a credential', (name, value) => {
  expect(isCredential(name, value)).toBe(true);
});

it.each([
  ['PWD', '/home/me'],
  ['OLDPWD', '/home/me'],
  ['GITHUB_TOKEN', ''],
  ['SSH_AUTH_SOCK', '/run/agent'],
  ['CC_EXECUTOR_KEYS_DIR', '/keys'],
  ['CC_EXECUTOR_REDIS_PASSWORD_FILE', '/access/password'],
  ['CC_EXECUTOR_MAX_PROMPT_TOKENS', '1'],
  ['MAX_THINKING_TOKENS', '1'],
  ['KEYBOARD', 'us'],
  ['HTTPS_PROXY', 'http://me:hush@proxy'],
  ['REDIS_URL', 'redis://services@host:6379'],
])('%s=%s is none', (name, value) => {
  expect(isCredential(name, value)).toBe(false);
});
