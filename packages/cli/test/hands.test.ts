import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '@cc-executor/testkit';
import { MAIN, startCliUnderTest } from './cli-under-test.ts';
import { openTerminal } from './terminal.ts';

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
const LIST = {
  title: 'Night of the parser',
  on_failure: 'continue',
  tasks: [
    { command: 'echo out; echo err >&2; pwd > here', name: 'build' },
    { command: 'true', name: 'check', checks: ['echo told by the check; exit 4'], on_check_failure: 'fail' },
    { command: 'echo never' },
  ],
};
beforeAll(async () => {
  under = await startCliUnderTest();
  await under.piped(JSON.stringify(LIST), 'submit', '-', '--id', 'night', '--wait');
});
afterAll(async () => {
  await under.stop();
});

describe('submit', () => {
  it('prints title, folder, forecast and what is next on standard error', async () => {
    const { stdout, stderr } = await under.piped('["x"]', 'submit', '-', '--id', 'one', '--title', 'One');
    expect(stdout).toBe('one\n');
    expect(stderr).toMatch(
      /^Title: +One, 1 task\nWorkspace: +\/.*\/workspaces\/one\nForecast: +about .*, done at about .*\nNext: +cc-executor watch one\b/m,
    );
    await under.cli('cancel', 'one');
  });

  it('has flags for what a list says', async () => {
    const flags = ['--workspace', 'mine', '--on-failure', 'continue', '--timeout', '1m30s', '--label', 'a=b'];
    const file = await under.file(
      'l.json',
      JSON.stringify({ labels: { c: 'd' }, tasks: [{ command: 'false' }, { command: 'true' }] }),
    );
    await under.cli('submit', file, '--id', 'flags', '--wait', ...flags);
    const { stdout } = await under.cli('status', 'flags', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ labels: { a: 'b', c: 'd' }, completed_tasks: 1 });
    expect((await under.cli('workspace', 'flags')).stdout).toMatch(/\/workspaces\/mine\n$/);
  });

  it('--dry-run has the server look at it, and submits nothing', async () => {
    const before = (await under.cli('list')).stdout;
    const { code, stdout, stderr } = await under.piped('["Write a story"]', 'submit', '-', '--dry-run');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Nothing was submitted (--dry-run).\n' });
    expect(stdout).toContain('EXPECTED');
    expect((await under.piped('["x"]', 'submit', '-', '--dry-run', '--workspace', '../x')).code).toBe(2);
    expect((await under.cli('list')).stdout).toBe(before);
  });

  it('a fault of a flag is reported without a line of the file', async () => {
    const { code, stderr } = await under.piped('["x"]', 'submit', '-', '--id', 'night');
    expect(code).toBe(2);
    expect(stderr).toBe('cc-executor: The execution id "night" is in use; choose another.\n');
  });
});

describe('results', () => {
  it('--failed shows only those, and the output of a check that failed once', async () => {
    const { stdout } = await under.cli('results', 'night', '--failed');
    expect(stdout).not.toContain('1. build');
    expect(stdout).toContain('✗ 2. check  failed');
    expect(stdout.match(/told by the check$/gm)).toHaveLength(1);
    expect(JSON.parse((await under.cli('results', 'night', '--failed', '--json')).stdout)).toMatchObject({
      results: [{ task_number: 2 }],
    });
  });

  it('breaks its own lines between words on a narrow terminal, and says of a check once how it failed', async (context) => {
    needs(context, 'tmux');
    const { stdout } = await under.cli('results', 'night', '--failed');
    expect(stdout).toContain(
      '    check echo told by the check; exit 4: The command ended with exit code 4.\n      told by',
    );
    expect(stdout.match(/exit code 4/g)).toHaveLength(1);
    const env = { PS1: '> ', CC_EXECUTOR_URL: under.stack.apiUrl };
    const terminal = await openTerminal('sh', env, [30, 20]);
    try {
      await terminal.type(`clear; ${process.execPath} ${MAIN} results night --failed; echo "ended with $?"`);
      await terminal.press('Enter');
      const shown = await terminal.showing(/ended with 0/);
      expect(shown).toMatch(
        /✗ 2\. check {2}failed( {2}[\d.]+ s)?\n {4}check echo told by the\n {4}check; exit 4: The command\n {4}ended with exit code 4\.\n {6}told by the check\n/,
      );
    } finally {
      await terminal.close();
    }
  });

  it('--task chooses by number and by name', async () => {
    const { stdout } = await under.cli('results', 'night', '--task', '3', 'build');
    expect([...stdout.matchAll(/^. (\d)\. /gm)].map(([, n]) => n)).toEqual(['1', '3']);
    expect(await under.cli('results', 'night', '--task', 'bild')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no task "bild"'),
    });
  });
});

describe('logs', () => {
  it('prints both streams where they belong, or one', async () => {
    expect(await under.cli('logs', 'night', '--task', 'build')).toEqual({
      code: 0,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect((await under.cli('logs', 'night', '--task', '1', '--stdout')).stderr).toBe('');
    expect((await under.cli('logs', 'night', '--task', '1', '--stderr')).stdout).toBe('err\n');
    expect((await under.cli('logs', 'night', '--stdout', '--stderr')).code).toBe(2);
  });

  it('-f prints what comes until the end', async () => {
    await under.piped(
      '[{"command": "echo first; until [ -e go ]; do sleep 0.05; done; echo second"}]',
      'submit',
      '-',
      '--id',
      'slow',
    );
    const following = under.start('logs', 'slow', '-f');
    await following.saying('first');
    await writeFile(join(under.folder, 'data/workspaces/slow/go'), '');
    expect(await following.ended).toMatchObject({ code: 0, stdout: 'first\nsecond\n' });
  });
});

describe('what lies behind a task', () => {
  it('workspace prints the path of its folder', async () => {
    const path = (await under.cli('workspace', 'night')).stdout.trim();
    expect((await readFile(join(path, 'here'), 'utf8')).trim()).toBe(path);
  });

  it('receipt prints the record, and transcript refuses a command', async () => {
    expect(JSON.parse((await under.cli('receipt', 'night', 'build')).stdout)).toMatchObject({ task: 1 });
    expect(await under.cli('receipt', 'night')).toMatchObject({
      code: 2,
      stderr: 'cc-executor: It has 3 tasks: name one, as in "cc-executor receipt night 1".\n',
    });
    await under.piped('[{"command": "true"}]', 'submit', '-', '--id', 'single', '--wait');
    expect(JSON.parse((await under.cli('receipt', 'single')).stdout)).toMatchObject({ task: 1 });
    expect((await under.cli('transcript', 'night', 'build')).stderr).toContain(
      'only prompts have a transcript',
    );
  });
});

describe('run', () => {
  it.each([
    [['echo', 'hi'], 'hi\n'],
    [['--', 'printf', '%s,', 'a b', "it's", '$HOME', '*'], "a b,it's,$HOME,*,"],
    [['echo $((1 + 1)) && echo "x  y"'], '2\nx  y\n'],
    [['--', 'ls', '-d', '/'], '/\n'],
  ])('takes %j', async (args, stdout) => {
    expect(await under.cli('run', ...args)).toMatchObject({ code: 0, stdout });
  });

  it('-p - reads the prompt from standard input, which may not be empty', async () => {
    expect(await under.piped('  \n', 'run', '-p', '-')).toMatchObject({
      code: 2,
      stderr: 'cc-executor: Standard input has no prompt.\n',
    });
  });
});
