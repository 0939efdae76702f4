import { needs } from '@cc-executor/testkit';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAIN, startCli } from './cli-under-test.ts';
import { openTerminal } from './terminal.ts';

let folder: string;
/** A program that asks for something, as a login does, and ends with that number. */
let asks: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-login-'));
  asks = join(folder, 'asks');
  await writeFile(asks, '#!/bin/sh\necho "asked with: $*"\nread -r answer\nexit "$answer"\n');
  await chmod(asks, 0o755);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

it('runs the login of the Claude Code that runs the tasks, and says what is next', async (context) => {
  needs(context, 'tmux');
  const terminal = await openTerminal('sh', { PS1: '> ', CC_EXECUTOR_CLAUDE: asks }, [200, 30]);
  const command = `${process.execPath} ${MAIN}`;
  try {
    await terminal.type(`${command} login; echo "ended with $?"`);
    await terminal.press('Enter');
    await terminal.showing(/asked with: (auth login|setup-token)/);
    await terminal.type('0');
    await terminal.press('Enter');
    await terminal.showing(/(Logged in\. The server finds it by itself|Put the token into)[^]*ended with 0/);
    await terminal.type(`clear; ${command} login --token; echo "ended with $?"`);
    await terminal.press('Enter');
    await terminal.showing(/asked with: setup-token/);
    await terminal.type('0');
    await terminal.press('Enter');
    await terminal.showing(/Put the token into \S+\.env, as CLAUDE_CODE_OAUTH_TOKEN=…[^]*ended with 0/);
    await terminal.type(`clear; ${command} login; echo "ended with $?"`);
    await terminal.press('Enter');
    await terminal.showing(/asked with: /);
    await terminal.type('3');
    await terminal.press('Enter');
    expect(await terminal.showing(/ended with 1/)).toContain('Nothing was changed');
  } finally {
    await terminal.close();
  }
});

it('asks nothing where nobody could answer', async () => {
  expect(await startCli(['login'], { CC_EXECUTOR_CLAUDE: asks }).ended).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('needs a terminal'),
  });
});
