import { needs } from '@cc-executor/testkit';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAIN, startCliUnderTest } from './cli-under-test.ts';
import { openTerminal } from './terminal.ts';

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
beforeAll(async () => {
  under = await startCliUnderTest();
});
afterAll(async () => {
  await under.stop();
});

const waitsFor = (file: string) => `until [ -e ${file} ]; do sleep 0.02; done`;

it('submit --watch draws what is, moves on with it, and leaves the end on the screen', async (context) => {
  needs(context, 'tmux');
  const file = await under.file(
    'list.json',
    JSON.stringify([
      { command: `echo begun; ${waitsFor('one')}`, name: 'first' },
      { command: `for i in 1 2 3 4 5 6 7 8 9; do echo line $i; done; ${waitsFor('two')}`, name: 'second' },
      { command: 'exit 3', name: 'third' },
    ]),
  );
  const letGo = async (name: string) => await writeFile(join(under.folder, 'data/workspaces/live', name), '');
  const terminal = await openTerminal('sh', { PS1: '> ', CC_EXECUTOR_URL: under.stack.apiUrl });
  try {
    await terminal.type(`${process.execPath} ${MAIN} submit ${file} --id live --watch; echo "ended with $?"`);
    await terminal.press('Enter');
    await terminal.showing(
      /^live {2}running {2}0\/3 tasks completed\n▸ 1\. first {2}running, \d+(\.\d)? s of about \d+ s\n +begun\n· 2\. second {2}pending\n· 3\. third {2}pending$/m,
    );
    await letGo('one');
    const middle = await terminal.showing(
      /^live {2}running {2}1\/3 tasks completed\n✓ 1\. first {2}\d+\.\d s\n▸ 2\. second {2}running, \d+(\.\d)? s of about \d+ s\n( +line \d\n)* +line 9\n· 3\. third {2}pending$/m,
    );
    // The latest lines alone: the rest of the list stays in sight.
    expect(middle).not.toContain('line 1\n');
    await letGo('two');
    const end = await terminal.showing(/ended with 1/);
    expect(end).toMatch(
      /^live {2}failed {2}2\/3 tasks completed, 1 failed\n✓ 1\. first .*\n✓ 2\. second .*\n✗ 3\. third /m,
    );
    // It was drawn in place: each task is there once.
    expect(end.match(/^. \d\. /gm)).toHaveLength(3);
  } finally {
    await terminal.close();
  }
});

it('watch lets go on Ctrl-C in a terminal, and says how to come back', async (context) => {
  needs(context, 'tmux');
  const { stdout } = await under.piped('[{"command": "sleep 600"}]', 'submit', '-', '--id', 'long');
  expect(stdout).toBe('long\n');
  const terminal = await openTerminal('sh', { PS1: '> ', CC_EXECUTOR_URL: under.stack.apiUrl });
  try {
    await terminal.type(`${process.execPath} ${MAIN} watch long; echo "ended with $?"`);
    await terminal.press('Enter');
    await terminal.showing(/▸ 1\. sleep 600 {2}running/);
    await terminal.press('C-c');
    await terminal.showing(
      /Stopped following long, which continues: "cc-executor watch long"[^]*ended with 130/,
    );
    expect(await under.cli('cancel', 'long', '--wait')).toMatchObject({ code: 0 });
  } finally {
    await terminal.close();
  }
});

it('the keys pause, resume, show more output, and cancel only at the second press', async (context) => {
  needs(context, 'tmux');
  const file = await under.file(
    'keys.json',
    JSON.stringify({ title: '夜 of the keys', tasks: [{ command: 'seq 9; sleep 600', name: 'long 👩‍👩‍👧' }] }),
  );
  const env = { PS1: '> ', CC_EXECUTOR_URL: under.stack.apiUrl };
  const terminal = await openTerminal('sh', env, [60, 30]);
  try {
    await terminal.type(`${process.execPath} ${MAIN} submit ${file} --id keys --watch; echo "ended with $?"`);
    await terminal.press('Enter');
    expect(await terminal.showing(/^ +9$/m)).not.toMatch(/^ +2$/m);
    await terminal.press('Enter');
    await terminal.showing(/^ +1\n +2\n/m);
    await terminal.press('p');
    await terminal.showing(/^夜 of the keys · .* · clock stopped$[^]*^keys {2}paused \(by a person\)/m);
    await terminal.press('p');
    await terminal.showing(/^keys {2}running/m);
    await terminal.press('c');
    await terminal.showing(/^c again cancels it$/m);
    await terminal.press('x', 'c');
    await terminal.showing(/^c again cancels it$/m);
    expect(await terminal.screen()).toMatch(/^keys {2}running/m);
    await terminal.press('c');
    const end = await terminal.showing(/ended with 4/);
    expect(end).toMatch(/^Next:\n {2}cc-executor results keys$/m);
    await terminal.type('echo typed');
    await terminal.press('Enter');
    await terminal.showing(/^typed$/m);
  } finally {
    await terminal.close();
  }
});

it.for([40, 80, 200])(
  'analyze has a line for each task on a terminal of %s columns',
  async (width, context) => {
    needs(context, 'tmux');
    const tasks = ['one', 'two'].map((name) => ({
      command: 'npm test',
      name: `${name} with a rather long name`,
    }));
    const file = await under.file('wide.json', JSON.stringify(tasks));
    const terminal = await openTerminal('sh', { PS1: '> ', CC_EXECUTOR_URL: under.stack.apiUrl }, [
      width,
      30,
    ]);
    try {
      await terminal.type(`clear; ${process.execPath} ${MAIN} analyze ${file}; echo "ended with $?"`);
      await terminal.press('Enter');
      const shown = await terminal.showing(/^ended with 0/m);
      expect(shown).toMatch(/^1\. {2}one with a .*\d s.*\n2\. {2}two with a .*\d s.*\nAll: /m);
    } finally {
      await terminal.close();
    }
  },
);

it('run on a terminal waits for a login, which a person there can do', async (context) => {
  needs(context, 'tmux');
  const terminal = await openTerminal('sh', { PS1: '> ', CC_EXECUTOR_URL: under.stack.apiUrl });
  try {
    await terminal.type(`${process.execPath} ${MAIN} run -p "Say hello." >/dev/null; echo "ended with $?"`);
    await terminal.press('Enter');
    await terminal.showing(/cc-executor resume [\w-]+" continues it/);
    // The command that was typed is on the screen too.
    expect(await terminal.screen()).not.toMatch(/^ended with/m);
    await terminal.press('C-c');
    await terminal.showing(/cancelling, and waiting for its end[^]*ended with 4/);
  } finally {
    await terminal.close();
  }
});
