import { CcExecutor } from '@cc-executor/sdk';
import { waitFor } from '@cc-executor/testkit';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliUnderTest } from './cli-under-test.ts';

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
let cc: CcExecutor;
beforeAll(async () => {
  under = await startCliUnderTest();
  cc = new CcExecutor({ url: under.stack.apiUrl });
});
afterAll(async () => {
  await under.stop();
});

describe('run', () => {
  // Proves: exit-codes
  it('prints what the command prints, streams apart, and ends as it ends', async () => {
    const ended = await under.cli('run', 'echo out; echo err >&2; exit 7');
    expect(ended).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
    expect(await under.cli('run', 'kill -9 $$')).toMatchObject({ code: 137 });
    expect(await under.cli('run', 'sleep 60', '--timeout', '0.5')).toMatchObject({ code: 5 });
  });

  it('hands on every byte', async () => {
    const { stdout } = await under.cli('run', 'seq 1 200000');
    const sum = createHash('sha256').update(stdout).digest('hex');
    expect(sum).toBe('5af7b95208fdcff454bab3f5eddf567a688a3796c703d4fef91072e38645c062');
  });

  it('hands on what is too long for the log', async () => {
    const line = 'head -c 9437184 /dev/zero | tr "\\0" x; echo; echo end';
    const { stdout } = await under.cli('run', line);
    expect(stdout).toHaveLength(9_437_184 + '\nend\n'.length);
    expect(stdout.endsWith('x\nend\n')).toBe(true);
  });

  it('says what to do where a prompt cannot go on', async () => {
    const running = under.start('run', '-p', 'Say hello.', '--wait-through-pause');
    await running.saying(' continues it');
    expect(running.said('stdout')).toBe('');
    expect(running.said('stderr')).toMatch(
      /^cc-executor: it is paused \(a login is required: .*\)\n(cc-executor: .*setup-token.*\n|cc-executor: .*\n)+cc-executor: "cc-executor resume [\w-]+" continues it\n$/,
    );
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 4 });
  });

  it('does not wait for a login where nobody can see that one is required', async () => {
    const ended = await under.cli('run', '-p', 'Say hello.');
    expect(ended).toMatchObject({ code: 6, stdout: '' });
    const [, id = ''] =
      /^cc-executor: ([\w-]+) is paused \(a login is required\), and nobody is at a terminal.*--wait-through-pause/m.exec(
        ended.stderr,
      ) ?? [];
    expect(await cc.attach(id).status()).toMatchObject({ status: 'paused', reason: 'auth_required' });
    for (const follow of [
      ['watch', id],
      ['watch', id, '--json'],
      ['logs', id, '-f'],
    ])
      expect(await under.cli(...follow)).toMatchObject({
        code: 6,
        stderr: expect.stringContaining('nobody is at a terminal'),
      });
    const prompts = await under.file('prompts.json', '["Say hello."]');
    expect(await under.cli('submit', prompts, '--watch', '--id', 'unattended')).toMatchObject({ code: 6 });
    for (const one of [id, 'unattended'])
      expect(await under.cli('cancel', one, '--wait')).toMatchObject({ code: 0 });
  });

  it('cancels on Ctrl-C, and waits for the end', async () => {
    const running = under.start('run', 'echo begun; sleep 600');
    await running.saying('begun');
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 4, stderr: expect.stringContaining('cancelling') });
    expect((await cc.list({ limit: 1 })).executions[0]).toMatchObject({ status: 'cancelled' });
  });

  it('takes two signals of one keystroke, as npm hands them on, for one', async () => {
    const running = under.start('run', 'echo begun; sleep 600');
    await running.saying('begun');
    running.child.kill('SIGINT');
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 4 });
    expect((await cc.list({ limit: 1 })).executions[0]).toMatchObject({ status: 'cancelled' });
  });

  it('cancels when nobody reads it any more', async () => {
    const running = under.start('run', 'while :; do echo line; sleep 0.01; done');
    await running.saying('line');
    running.child.stdout.destroy();
    expect(await running.ended).toMatchObject({ code: 4 });
  });
});

describe('analyze', () => {
  const TASKS = JSON.stringify(['What is 2+2?', 'Fix the bug']);

  it('shows the time of each task and what may be wrong with it, and runs nothing', async () => {
    const { stdout, code } = await under.piped(TASKS, 'analyze', '-');
    expect(code).toBe(0);
    expect(stdout).toMatch(/1\.\s+What is 2\+2\?\s+calculation, trivial\s+15 s/);
    expect(stdout).toContain('vague: "Fix the bug"');
    expect(stdout).toMatch(/All: .* expected, .*2 of 2 tasks without history/);
    const { stdout: json } = await under.cli('analyze', await under.file('a.json', TASKS), '--json');
    expect(JSON.parse(json)).toMatchObject({
      total_tasks: 2,
      tasks: [{ findings: [] }, { findings: [{ code: 'vague' }] }],
    });
    expect((await cc.list()).executions.some(({ total_tasks }) => total_tasks === 2)).toBe(false);
  });

  it('has findings printed by submit, on standard error', async () => {
    const { stderr, stdout } = await under.piped('[{"command":"cat"},{"command":"vim x"}]', 'submit', '-');
    expect(stderr).toContain('! 2. interactive: "vim x"');
    expect(stdout).toMatch(/^[\w-]+\n$/);
  });
});

describe('submit', () => {
  const TASKS = JSON.stringify([{ command: 'echo one' }, { command: 'exit 3', name: 'fails' }]);

  it('prints the id alone, and takes a file or standard input', async () => {
    const { stdout, code } = await under.piped(TASKS, 'submit', '-', '--id', 'of-my-own');
    expect({ stdout, code }).toEqual({ stdout: 'of-my-own\n', code: 0 });
    const again = await under.cli('submit', await under.file('t.json', TASKS), '--id', 'of-my-own');
    expect(again).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('of-my-own') });
  });

  it('waits with --wait, and ends as the list ends', async () => {
    const file = await under.file('t.json', TASKS);
    const { code, stdout } = await under.cli('submit', file, '--wait', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', completed_tasks: 1, failed_tasks: 1 });
    const forPeople = await under.cli('submit', file, '--wait');
    expect(forPeople.stdout).toContain('✗ 2. fails  failed');
    expect(forPeople.stdout).toContain('failed: 1/2 tasks completed, 1 failed');
  });

  it('says why it is paused with --wait, and so do the results', async () => {
    const prompts = await under.file('prompts.json', '["Say hello."]');
    const waiting = under.start('submit', prompts, '--wait-through-pause', '--id', 'stands-still');
    await waiting.saying('"cc-executor resume stands-still" continues it');
    const looking = under.start('results', 'stands-still', '--wait-through-pause');
    await looking.saying('it is paused (a login is required)');
    expect(await under.cli('results', 'stands-still', '--wait')).toMatchObject({
      code: 6,
      stdout: '',
      stderr: expect.stringContaining('--wait-through-pause waits'),
    });
    expect(await under.cli('submit', prompts, '--wait', '--id', 'stands')).toMatchObject({ code: 6 });
    await under.cli('cancel', 'stands', '--wait');
    await under.cli('cancel', 'stands-still');
    for (const { ended } of [waiting, looking]) expect(await ended).toMatchObject({ code: 4 });
  });

  it('follows with --watch: lines where there is no terminal, or JSON lines', async () => {
    const file = await under.file('t.json', TASKS);
    const { code, stdout } = await under.cli('submit', file, '--watch');
    expect(code).toBe(1);
    expect(stdout).toMatch(/▸ 1\. echo one {2}running.*\n✓ 1\. echo one .*\n▸ 2\. fails/);
    expect(stdout).not.toContain('\u001B');
    const lines = (await under.cli('submit', file, '--watch', '--json')).stdout.trim().split('\n');
    const seqs = lines.map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  // Proves: faults-all-at-once
  it('reports the faults of a file with their places, and submits nothing', async () => {
    const before = (await cc.list()).executions.length;
    const file = await under.file('bad.yaml', 'tasks:\n  - command: echo\n    timeout: soon\n  - {}\n');
    const { code, stderr, stdout } = await under.cli('submit', file);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${file}:3:5: tasks[0].timeout must be a number of seconds`);
    expect(stderr).toContain(`${file}:4:5: tasks[1] needs exactly one of prompt, command and tool`);
    expect((await cc.list()).executions).toHaveLength(before);
  });
});

function killApi(): void {
  const pid = under.stack.pids()['api'];
  if (pid === undefined) throw new Error('the API has no process');
  process.kill(pid, 'SIGKILL');
}

describe('watch', () => {
  it('gives every event once although the API is killed, twice', async () => {
    const { id } = await cc.execute([{ command: 'for i in $(seq 250); do echo $i; sleep 0.02; done' }]);
    const watching = under.start('watch', id, '--json');
    // One event has one line or, on a busy machine, several.
    for (const line of [/(?:"|\\n)20\\n/, /(?:"|\\n)120\\n/]) {
      await watching.saying(line);
      // It answers, so it is up again since the last time.
      await waitFor(async () => await cc.health().catch(() => null));
      killApi();
    }
    const { code, stdout } = await watching.ended;
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; type: string; data: { data?: string } });
    expect(code).toBe(0);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const output = events.filter(({ type }) => type === 'task.output').map(({ data }) => data.data);
    expect(output.join('').trim().split('\n')).toHaveLength(250);
    await waitFor(async () => await cc.health().catch(() => null));
  });

  it('only lets go on Ctrl-C; then the execution can be paused, resumed and cancelled', async () => {
    const { id } = await cc.execute([{ command: 'sleep 600' }]);
    const watching = under.start('watch', id);
    await watching.saying('running');
    watching.child.kill('SIGINT');
    expect(await watching.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('continues') });
    const status = async () => (await cc.attach(id).status()).status;
    expect(await status()).toBe('running');
    expect(await under.cli('pause', id)).toMatchObject({ code: 0 });
    await waitFor(async () => (await status()) === 'paused');
    expect(await under.cli('resume', id)).toMatchObject({ code: 0 });
    await waitFor(async () => (await status()) === 'running');
    expect(await under.cli('cancel', id, '--wait')).toMatchObject({
      code: 0,
      stdout: `${id} is cancelled\n`,
    });
    expect(await under.cli('resume', id)).toMatchObject({ code: 2, stdout: '' });
  });

  it('all that are paused for a reason are resumed together, and each is reported', async () => {
    const started = await Promise.all([1, 2, 3].map(() => cc.execute([{ command: 'sleep 600' }])));
    const ids = started.map(({ id }) => id);
    for (const id of ids) await cc.attach(id).pause();
    expect(await under.cli('resume', '--all', '--reason', 'auth_required')).toEqual({
      code: 0,
      stdout: 'there is nothing to resume\n',
      stderr: '',
    });
    const misspelt = await under.cli('resume', '--all', '--reason', 'auth');
    expect(misspelt).toMatchObject({ code: 2, stdout: '' });
    expect(misspelt.stderr).toMatch(/--reason: got "auth"\. It must be one of user, auth_required,/);
    const { code, stdout } = await under.cli('resume', '--all', '--reason', 'user');
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    for (const id of ids) expect(lines).toContainEqual(expect.stringMatching(`^${id} is (queued|running)$`));
    expect(JSON.parse((await under.cli('resume', '--all', '--json')).stdout)).toEqual({ resumed: [] });
    for (const id of ids) await cc.attach(id).cancel();
  });
});

describe('the client', () => {
  it('has the result although the API is killed before it asks', async () => {
    const execution = await cc.execute([{ command: 'echo there' }]);
    killApi();
    expect((await execution.result()).results[0]?.stdout).toBe('there\n');
  });
});

describe('looking', () => {
  it('list, status, results and logs show what exists', async () => {
    const execution = await cc.execute([{ command: 'echo hello; echo oops >&2', name: 'greet' }]);
    await execution.result();
    const { id } = execution;
    expect((await under.cli('list', '--limit', '1')).stdout).toMatch(
      `${id}  completed  1/1 tasks completed  `,
    );
    const { id: half } = await cc.execute([{ command: 'true' }, { command: 'false' }]);
    await cc.attach(half).result();
    expect((await under.cli('list', '--limit', '1')).stdout).toMatch(
      `${half}  failed  1/2 tasks completed, 1 failed  `,
    );
    expect((await under.cli('status', id)).stdout).toMatch(
      /completed {2}1\/1 tasks completed\n✓ 1\. greet {2}/,
    );
    expect((await under.cli('results', id, '--wait')).stdout).toContain('    hello\n    oops\n');
    expect((await under.cli('logs', id)).stdout).toBe('hello\n');
    expect((await under.cli('logs', id, '--stderr')).stdout).toBe('oops\n');
    for (const args of [['list'], ['status', id], ['results', id], ['version'], ['doctor']])
      expect(JSON.parse((await under.cli(...args, '--json')).stdout)).toBeTypeOf('object');
  });

  it('results show what a task has printed, and let it do nothing to a terminal', async () => {
    const { id } = await cc.execute([
      { command: String.raw`printf '\033[2Jred\ta\rb\n\033]0;title\007x\n\n'` },
    ]);
    expect((await under.cli('results', id, '--wait')).stdout).toContain(
      '    red\ta b\n    x\n    \ncompleted: ',
    );
  });

  it('an unknown execution and a server that is away are one line each', async () => {
    const unknown = await under.cli('status', 'nothing-here');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/^cc-executor: .*nothing-here.*\n$/);
    const away = await under.cli('list', '--url', 'http://127.0.0.1:1');
    expect(away).toMatchObject({ code: 3, stdout: '' });
    expect(away.stderr).toMatch(/^cc-executor: .*can't be reached.*\n$/);
  });
});
