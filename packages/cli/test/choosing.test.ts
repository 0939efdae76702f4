import { needs, waitFor } from '@cc-executor/testkit';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN, startCli, startCliUnderTest } from './cli-under-test.ts';
import { openTerminal } from './terminal.ts';
import { time } from '../src/options/time-value.ts';

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
let listedAtFirst: string;
beforeAll(async () => {
  under = await startCliUnderTest();
  listedAtFirst = (await under.cli('list')).stdout;
  for (const [id, more] of [
    ['aaa-one', { title: 'The first list' }],
    ['aaa-two', { title: '第二のリスト 👩‍👩‍👧', labels: { team: 'web' } }],
    ['bbb', {}],
  ] as const)
    await under.piped(
      JSON.stringify({ tasks: [{ command: 'echo hi' }], ...more }),
      'submit',
      '-',
      '--id',
      id,
      '--wait',
    );
});
afterAll(async () => {
  await under.stop();
});

it('the server that runs is found by what it has written down, whatever the port of the settings', async () => {
  const env = { CC_EXECUTOR_DATA_DIR: join(under.folder, 'data') };
  for (const port of ['', '0', '1']) {
    const { code, stdout } = await startCli(['list'], { ...env, CC_EXECUTOR_API_PORT: port }).ended;
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('aaa-one') });
  }
});

it('a server without executions shows how to begin, and a filter without matches is named', async () => {
  expect(listedAtFirst).toMatch(
    /^No executions yet\. .*cc-executor run 'echo hello'\n.*cc-executor submit tasks\.md/,
  );
  expect((await under.cli('list', '--search', 'nothing has this')).stdout).toBe('No execution matches.\n');
});

describe('an execution is named', () => {
  it.each([
    ['bb', 'bbb'],
    ['aaa-o', 'aaa-one'],
    ['last', 'bbb'],
    ['bbb', 'bbb'],
  ])('as %s', async (named, id) => {
    const { stdout } = await under.cli('status', named, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ execution_id: id });
    for (const command of ['results', 'watch', 'logs'])
      expect(await under.cli(command, named)).toMatchObject({ code: 0 });
  });

  it('by too few characters: the candidates are shown', async () => {
    const { code, stderr } = await under.cli('status', 'aaa');
    expect(code).toBe(2);
    expect(stderr).toBe(
      'cc-executor: "aaa" is the beginning of several ids; add a character:\n  aaa-two  第二のリスト 👩‍👩‍👧\n  aaa-one  The first list\n',
    );
  });

  it('also where its files are read', async () => {
    const env = { CC_EXECUTOR_DATA_DIR: join(under.folder, 'data') };
    const told = async (...args: string[]) => await startCli(args, env).ended;
    await waitFor(async () => (await told('report', 'aaa-o')).stdout.includes('aaa'));
    expect((await told('report', 'last')).stdout).toContain('bbb');
    expect(await told('report', 'aaa')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('several ids'),
    });
  });
});

describe('list', () => {
  it('shows titles, and finds by label, words and times', async () => {
    const ids = async (...args: string[]) =>
      [...(await under.cli('list', ...args)).stdout.matchAll(/^(aaa-one|aaa-two|bbb) /gm)].map(
        ([, id]) => id,
      );
    expect((await under.cli('list')).stdout).toMatch(
      /^aaa-one +completed +1\/1 tasks completed +The first list/m,
    );
    expect(await ids('--label', 'team=web')).toEqual(['aaa-two']);
    expect(await ids('--label', '!team')).toEqual(['bbb', 'aaa-one']);
    expect(await ids('--search', 'FIRST')).toEqual(['aaa-one']);
    expect(await ids('--from', '1h', '--outcome', 'completed')).toEqual(['bbb', 'aaa-two', 'aaa-one']);
    expect(await ids('--to', 'yesterday')).toEqual([]);
    expect((await under.cli('list', '--to', 'yesterday')).stdout).toBe('No execution matches.\n');
    expect(await under.cli('list', '--from', 'soon')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"yesterday"'),
    });
  });

  it('fits a terminal of 40 columns, with characters of two columns in it', async (context) => {
    needs(context, 'tmux');
    const terminal = await openTerminal('sh', { PS1: '> ', CC_EXECUTOR_URL: under.stack.apiUrl }, [40, 20]);
    try {
      await terminal.type(`clear; ${process.execPath} ${MAIN} list; echo en''ded`);
      await terminal.press('Enter');
      const screen = await terminal.showing(/^ended$/m);
      expect(screen).toMatch(/^aaa-two {4}completed {2}第二のリスト/m);
      expect(screen.split('\n').filter((line) => /^(aaa|bbb)/.test(line))).toHaveLength(3);
    } finally {
      await terminal.close();
    }
  });

  it('leaves out what only measures the server', async () => {
    expect(await under.cli('test', 'stress', '--tasks', '2', '--json')).toMatchObject({ code: 0 });
    const listed = async (...args: string[]) =>
      (JSON.parse((await under.cli('list', '--json', ...args)).stdout) as { executions: object[] })
        .executions;
    expect(await listed()).toHaveLength(3);
    expect(await listed('--all')).toHaveLength(5);
    expect(await listed('--label', 'cc-executor/stress')).toHaveLength(2);
    expect(JSON.parse((await under.cli('status', 'last', '--json')).stdout)).toMatchObject({
      execution_id: 'bbb',
    });
    expect(await under.cli('prune', '--stress')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('2 executions; say --yes'),
    });
    expect((await under.cli('prune', '--stress', '--yes')).stdout).toBe('removed 2 executions\n');
    expect(await listed('--all')).toHaveLength(3);
    await waitFor(
      async () => (await under.cli('prune', '--stress', '--yes')).stdout === 'No execution matches.\n',
    );
  });
});

describe('rm', () => {
  it('removes what has ended, with its files, and nothing where one of those named is not there', async () => {
    await under.piped('[{"command": "sleep 600"}]', 'submit', '-', '--id', 'runs');
    expect(await under.cli('rm', 'bbb', 'nothing-here')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing-here'),
    });
    expect(await under.cli('rm', 'runs')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("can't be removed"),
    });
    await under.cli('cancel', 'runs', '--wait');
    expect(await under.cli('rm', 'runs', 'bb')).toEqual({
      code: 0,
      stdout: 'removed runs\nremoved bbb\n',
      stderr: '',
    });
    await waitFor(async () => (await under.cli('status', 'bbb')).code === 2, {
      what: 'the end of the execution',
    });
    expect((await under.cli('list')).stdout).not.toContain('bbb');
  });

  it('prune needs to know which ones', async () => {
    expect(await under.cli('prune')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--older-than'),
    });
    const { stdout } = await under.cli('prune', '--to', 'now', '--dry-run');
    expect(stdout).toContain('aaa-one');
  });
});

describe('a time', () => {
  const now = new Date(2026, 5, 15, 12, 30);
  it.each([
    ['2h', new Date(2026, 5, 15, 10, 30)],
    ['90 min ago', new Date(2026, 5, 15, 11, 0)],
    ['1d', new Date(2026, 5, 14, 12, 30)],
    ['today', new Date(2026, 5, 15)],
    ['Yesterday', new Date(2026, 5, 14)],
    ['2026-01-31', new Date(2026, 0, 31)],
    ['2026-01-31 20:15', new Date(2026, 0, 31, 20, 15)],
    ['2026-01-31T20:15:00Z', new Date(Date.UTC(2026, 0, 31, 20, 15))],
  ])('may be %s', (text, at) => {
    expect(time(text, now)).toEqual(at);
  });
  it.each(['', 'soon', '2 fortnights', '2026-13-01', '-2h', '20:00'])('is not %s', (text) => {
    expect(() => time(text, now)).toThrow('like "2h"');
  });
});

it('results show the last lines of long outputs, how many there were before, and where they are', async () => {
  const tasks = [{ command: 'seq 1 1500' }, { command: 'seq 1 20; seq 21 30 >&2' }];
  await under.piped(JSON.stringify({ tasks }), 'submit', '-', '--id', 'long', '--wait');
  const { stdout } = await under.cli('results', 'long');
  const lines = stdout.split('\n').map((line) => line.trim());
  expect(lines).toContain('… 1,480 lines before');
  expect(lines).toContain('… (cc-executor logs long --task 1)');
  expect(lines.filter((line) => /^\d+$/.test(line))).toEqual([
    ...Array.from({ length: 20 }, (_, index) => String(1481 + index)),
    ...Array.from({ length: 30 }, (_, index) => String(1 + index)),
  ]);
  expect((await under.cli('results', 'long', '--full', '--task', '1')).stdout).toContain('\n    1\n    2\n');
  expect(JSON.parse((await under.cli('results', 'long', '--json')).stdout)).toMatchObject({
    results: [{ stdout: expect.stringContaining('1\n2\n3\n') }, {}],
  });
});
