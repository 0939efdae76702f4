import { needs } from '@cc-executor/testkit';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN, startCliUnderTest } from './cli-under-test.ts';
import { openTerminal } from './terminal.ts';

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
let id: string;
beforeAll(async () => {
  under = await startCliUnderTest();
  const tasks = [
    { command: "printf 'one\\ntwo\\n' > text; echo 1 > gone" },
    {
      name: 'change',
      command: "printf 'one\\n-- three\\033[2J\\n' > text; rm gone; mkdir in; seq 9 > in/new",
    },
  ];
  const { stdout } = await under.piped(JSON.stringify({ tasks }), 'submit', '-', '--json');
  id = (JSON.parse(stdout) as { execution_id: string }).execution_id;
  await under.cli('watch', id);
});
afterAll(async () => await under.stop());

describe('cc-executor diff', () => {
  it('prints a patch that git takes, byte for byte', async () => {
    const { stdout, code } = await under.cli('diff', id);
    expect(code).toBe(0);
    expect(stdout).toContain('+-- three\u001b[2J\n');
    const folder = join(under.folder, 'applied');
    mkdirSync(folder);
    execFileSync('git', ['apply'], { cwd: folder, input: stdout });
    expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('one\n-- three\u001b[2J\n');
  });

  it('prints names, a summary, JSON, or a part', async () => {
    expect((await under.cli('diff', id, '--task', '2', '--name-only')).stdout).toBe('gone\nin/new\ntext\n');
    expect((await under.cli('diff', id, '--task', 'change', '--name-only')).stdout).toBe(
      'gone\nin/new\ntext\n',
    );
    expect((await under.cli('diff', id, '--name-only')).stdout).toBe('in/new\ntext\n');
    expect((await under.cli('diff', id, 'in', '--name-only')).stdout).toBe('in/new\n');
    const nothing = { code: 0, stdout: '', stderr: 'Nothing has changed at "un/there".\n' };
    expect(await under.cli('diff', id, 'un/there')).toEqual(nothing);
    expect((await under.cli('diff', id, '--task', '2', '--stat')).stdout).toContain('3 files changed');
    const { stdout } = await under.cli('diff', id, '--task', '2', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ task: 2, totals: { files: 3 }, files: [{}, {}, {}] });
  });

  it.each([
    [['--attempt', '1'], /--attempt needs --task/],
    [['--stat', '--name-only'], /Only one of/],
    [['--task', '3'], /no task 3/],
    [['--task', 'nobody'], /There is no task "nobody"/],
    [['--against', 'now'], /start, previous/],
  ])('says what is wrong: %s', async (words, said) => {
    const { code, stderr } = await under.cli('diff', id, ...words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  });

  it('shows colours by a pager on a terminal, and obeys no file', async (context) => {
    needs(context, 'tmux');
    const command = `'${process.execPath}' '${MAIN}' diff ${id} --task 2`;
    const terminal = await openTerminal('sh', {
      CC_EXECUTOR_URL: under.stack.apiUrl,
      PAGER: 'sed s/^/paged:/',
    });
    try {
      await terminal.type(command);
      await terminal.press('Enter');
      // What could be taken for a heading is a line of the file.
      expect(await terminal.showing(/paged:\+-- three/)).toContain('paged:+-- three^[[2J');
    } finally {
      await terminal.close();
    }
  });
});

describe('cc-executor restore', () => {
  it('says what would change, changes it, and says how to undo it', async () => {
    const plan = await under.cli('restore', id, '--before', 'change', '--dry-run');
    expect(plan.stdout).toContain('remove           in/new\n');
    expect(plan.stdout).toContain('nothing was changed');
    const done = await under.cli('restore', id, '--before', '2');
    expect(done.code).toBe(0);
    const text = join(under.folder, 'data/workspaces', id, 'text');
    expect(readFileSync(text, 'utf8')).toBe('one\ntwo\n');
    const [, snapshot = ''] = /--snapshot ([0-9a-f]{40})/.exec(done.stdout) ?? [];
    const undone = await under.cli('restore', id, '--snapshot', snapshot, '--json');
    expect(JSON.parse(undone.stdout)).toMatchObject({ dry_run: false, snapshot });
    expect(readFileSync(text, 'utf8')).toContain('three');
    expect((await under.cli('restore', id)).code).toBe(2);
    expect((await under.cli('restore', id, '--after', '9')).stderr).toContain('no task 9');
  });
});
