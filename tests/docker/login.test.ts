import { chown, lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { waitFor } from '@cc-executor/testkit';
import { GROUP_ID, USER_ID } from './stack/compose.ts';
import { curl } from './stack/curl.ts';
import { Execution, type Result } from './stack/execution.ts';
import { inside } from './stack/inside.ts';
import { loginOf } from './stack/login.ts';
import { Stack } from './stack/stack.ts';

const NAME = '.credentials.json';
const INSIDE = `/home/cc-executor/.claude/${NAME}`;

let stack: Stack;
let folder: string;

const put = async (path: string, text: string) => {
  await writeFile(join(folder, path), text, { mode: 0o600 });
  await chown(join(folder, path), USER_ID, GROUP_ID);
};
const tokenIn = (text: string) =>
  (JSON.parse(text) as { claudeAiOauth: { accessToken: string } }).claudeAiOauth.accessToken;
const insideToken = async () =>
  tokenIn((await inside(stack, 'worker', ['timeout', '10', 'cat', INSIDE])).output);

/** Everything in the user's folder but the login itself. */
async function restOf(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await readdir(folder, { recursive: true })) {
    if (name === NAME) continue;
    const stats = await lstat(join(folder, name));
    const text = stats.isFile() ? await readFile(join(folder, name), 'utf8') : '';
    found[name] = `${String(stats.mode)} ${String(stats.uid)} ${text}`;
  }
  return found;
}

async function run(command: string): Promise<Result[]> {
  const execution = await Execution.post(stack, { tasks: [{ command }] });
  await execution.follower.untilEnd();
  return (await execution.results()).results;
}

beforeAll(async () => {
  stack = await Stack.create(inject('setup'));
  folder = join(stack.home, '.claude');
  await mkdir(folder);
  await chown(folder, USER_ID, GROUP_ID);
  await put(NAME, loginOf('first', 1));
  await put('settings.json', '{"model":"mine"}');
  await put('CLAUDE.md', 'Mine.');
  await stack.up();
});

afterAll(async () => {
  await stack.down();
});

test('the login of the host is what tasks work with, and all that they see of its folder', async () => {
  expect(await insideToken()).toBe('sk-ant-oat01-first');
  const { output } = await inside(stack, 'worker', ['find', '/home/cc-executor/.claude', '-name', '*.md']);
  expect(output).toBe('');
  const { body } = await curl(`http://127.0.0.1:${String(stack.apiPort)}/auth/status`);
  expect(body).toMatchObject({ status: 'authenticated', method: 'claude_login' });
});

test('what a task plants stays in the container, and what it refreshes is valid on the host', async () => {
  const before = await restOf();
  const names = [
    'settings.json settings.local.json CLAUDE.md keybindings.json .claude.json .mcp.json',
    'skills/a/SKILL.md agents/a.md commands/a.md output-styles/a.md plugins/config.json rules/a.md',
    'projects/-home-me/memory/MEMORY.md shell-snapshots/snapshot.sh statsig/a todos/a.json hooks/a.sh',
  ].join(' ');
  const plant = `cd ~/.claude && for name in ${names}; do mkdir -p $(dirname $name); echo '{}' > $name; done`;
  const text = loginOf('refreshed-inside', 8);
  const refresh = `echo '${text}' > ${NAME}.new && mv ${NAME}.new ${NAME}`;
  expect(await run(`${plant} && ${refresh}`)).toMatchObject([{ exit_code: 0 }]);
  await waitFor(async () => tokenIn(await readFile(join(folder, NAME), 'utf8')) !== 'sk-ant-oat01-first', {
    what: 'the refreshed login on the host',
  });
  expect(JSON.parse(await readFile(join(folder, NAME), 'utf8'))).toEqual(JSON.parse(text));
  expect(await lstat(join(folder, NAME))).toMatchObject({ uid: USER_ID, gid: GROUP_ID, mode: 0o100600 });
  expect(await restOf()).toEqual(before);
});

test.each([
  ['a pipe', `rm -f ${INSIDE} && mkfifo ${INSIDE}`],
  ['a link to a device', `ln -sfn /dev/zero ${INSIDE}`],
  ['half a text', `echo '{"claudeAiOauth":{"accessTo' > ${INSIDE}`],
  ['a terabyte', `truncate -s 1T ${INSIDE}`],
])('%s in its place is replaced by the login, and changes nothing on the host', async (_, command) => {
  const before = [await restOf(), await readFile(join(folder, NAME), 'utf8')];
  expect(await run(command)).toMatchObject([{ exit_code: 0 }]);
  await waitFor(
    async () =>
      (
        await inside(stack, 'worker', [
          'sh',
          '-c',
          `test -f ${INSIDE} && test ! -L ${INSIDE} && test $(stat -c %s ${INSIDE}) -lt 4096 && grep -q refreshed-inside ${INSIDE}`,
        ])
      ).code === 0,
    { what: 'the login to be there again' },
  );
  expect([await restOf(), await readFile(join(folder, NAME), 'utf8')]).toEqual(before);
});

test('what the host refreshes is valid for tasks, also when the containers were not running', async () => {
  await put(NAME, loginOf('refreshed-on-the-host', 9));
  await waitFor(async () => (await insideToken()) === 'sk-ant-oat01-refreshed-on-the-host', {
    what: 'the login of the host inside',
  });
  await stack.compose(['stop', 'worker', 'login']);
  await put(NAME, loginOf('while-stopped', 10));
  await stack.up();
  expect(await insideToken()).toBe('sk-ant-oat01-while-stopped');
});

test('a task that starts processes without end ends none of the services', async () => {
  await stack.compose(['up', '-d', '--no-deps', 'worker'], ['tests/docker/few-processes.test.yml']);
  await stack.healthy('worker');
  const [result] = await run('for i in $(seq 1000); do sleep 300 & done; echo started');
  expect(result?.status).not.toBe('running');
  expect(await run('echo fine')).toMatchObject([{ exit_code: 0, stdout: 'fine\n' }]);
  expect((await stack.container('worker')).RestartCount).toBe(0);
});
