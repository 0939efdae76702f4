import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processIsAlive, waitFor } from '@cc-executor/testkit';
import {
  commandAgent,
  LocalLauncher,
  type AgentEvent,
  type AgentSink,
  type AgentTask,
  type AgentInput,
} from '../../src/index.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'cc-executor-'));
});
afterEach(async () => rm(cwd, { recursive: true, maxRetries: 10 }));

function collector() {
  const events: AgentEvent[] = [];
  const text = { stdout: '', stderr: '' };
  const given: AgentInput[] = [];
  const sink: AgentSink = {
    given: (what) => void given.push(what),
    event: (event) => void events.push(event),
    output: (stream, chunk) => void (text[stream] += chunk.toString('latin1')),
    message: () => undefined,
    alive: () => undefined,
  };
  return { given, events, text, sink };
}

function start(
  command: string,
  { graceMs = 300, allowed = null as string[] | null, sink = collector(), shell = '/bin/sh' } = {},
) {
  const env = { PATH: process.env['PATH'] ?? '' };
  const agent = commandAgent({
    launch: new LocalLauncher().launch,
    shell,
    allowedCommands: allowed,
    env,
    graceMs,
  });
  const place = { executionId: 'e', task: 1, attempt: 1 };
  const task: AgentTask = { ...place, text: command, options: {}, cwd, session: null, variables: {} };
  return { run: agent.start(task, sink.sink), ...sink };
}

const pidIn = async (file: string) =>
  Number(await waitFor(async () => (await readFile(join(cwd, file), 'utf8').catch(() => '')).trim()));

describe('a command', () => {
  it('hands over no output before the report of its start', async () => {
    const order: string[] = [];
    const sink = collector();
    sink.sink.event = async ({ type }) => {
      await pidIn('written');
      order.push(type);
    };
    sink.sink.output = (stream) => void order.push(stream);
    await start('echo out; echo err >&2; echo 1 > written', { sink }).run.ended;
    expect([order[0], order.slice(1).toSorted()]).toEqual(['task.process', ['stderr', 'stdout']]);
  });

  it('keeps its streams apart and gives its exit code', async () => {
    const { run, text, events } = start('echo two; echo err >&2; exit 3');
    expect(await run.ended).toMatchObject({ outcome: 'nonzero_exit', exit_code: 3, signal: null });
    expect(text).toEqual({ stdout: 'two\n', stderr: 'err\n' });
    expect(events.map((event) => event.type)).toEqual(['task.process']);
  });

  // Proves: verbatim-text
  it('gets its text byte for byte', async () => {
    const command = `printf '%s' '$HOME "quoted" \\ \`date\` ; é 漢字 {{x}}'`;
    const { run, text, given } = start(command);
    await run.ended;
    expect(given).toEqual([{ text: command, systemPrompt: null }]);
    expect(Buffer.from(text.stdout, 'latin1').toString()).toBe('$HOME "quoted" \\ `date` ; é 漢字 {{x}}');
  });

  // Proves: whole-output
  it('loses nothing of what it printed just before its end, however slow the reader', async () => {
    const slow = collector();
    slow.sink.output = (_, chunk) => {
      slow.text.stdout += chunk.toString('latin1');
      return new Promise((resolve) => setImmediate(resolve));
    };
    const { run, text } = start('head -c 3000000 /dev/zero | tr "\\0" x', { sink: slow });
    await run.ended;
    expect(text.stdout.length).toBe(3_000_000);
  });

  it('is reported when it cannot be started', async () => {
    const { run, given } = start('no-such-program-here --x', { allowed: ['no-such-program-here'] });
    expect(await run.ended).toMatchObject({
      outcome: 'spawn_failed',
      message: expect.stringContaining('ENOENT'),
    });
    expect(given).toEqual([]);
  });

  it('is reported when the shell is missing, with the cure', async () => {
    const { run } = start('true', { shell: join(cwd, 'no-shell') });
    expect(await run.ended).toMatchObject({
      outcome: 'spawn_failed',
      message: `The shell ${join(cwd, 'no-shell')} does not exist any more: install it again, or name another one in CC_EXECUTOR_SHELL.`,
    });
  });

  it('is reported when its directory is missing', async () => {
    await rm(cwd, { recursive: true, maxRetries: 10 });
    const { run } = start('true');
    expect(await run.ended).toMatchObject({
      outcome: 'spawn_failed',
      message: `The directory ${cwd} does not exist.`,
    });
    await mkdir(cwd);
  });

  it('is reported when the system refuses its arguments', async () => {
    const { run } = start(`: ${'x'.repeat(128 * 1024)}`);
    expect(await run.ended).toMatchObject({
      outcome: 'spawn_failed',
      message: expect.stringContaining('E2BIG'),
    });
  });

  it('is reported as ended by a signal', async () => {
    const { run } = start('kill -KILL $$');
    expect(await run.ended).toMatchObject({ outcome: 'signalled', signal: 'SIGKILL', exit_code: null });
  });
});

describe('stopping a command', () => {
  it('ends a process that ignores SIGTERM, and its children', async () => {
    const { run } = start(
      `trap '' TERM; sleep 600 & echo $! > child; echo $$ > leader; while :; do wait; done`,
    );
    const [child, leader] = [await pidIn('child'), await pidIn('leader')];
    run.stop('cancelled');
    run.stop('timed_out');
    expect(await run.ended).toMatchObject({ outcome: 'cancelled' });
    expect([child, leader].filter(processIsAlive)).toEqual([]);
  });

  it('ends a cancelled process that ignores SIGTERM long before another one would be ended', async () => {
    const { run } = start(`trap '' TERM; echo $$ > leader; while :; do sleep 0.1; done`, {
      graceMs: 600_000,
    });
    const leader = await pidIn('leader');
    run.stop('cancelled');
    expect(await run.ended).toMatchObject({ outcome: 'cancelled' });
    expect(processIsAlive(leader)).toBe(false);
  });

  it('finds a child that moved to its own session', async () => {
    const { run } = start('setsid sh -c "echo \\$\\$ > escaped; exec sleep 600" & sleep 600');
    const escaped = await pidIn('escaped');
    run.stop('timed_out');
    expect(await run.ended).toMatchObject({ outcome: 'timed_out' });
    expect(processIsAlive(escaped)).toBe(false);
  });

  it('ends a stopped process', async () => {
    const { run } = start('echo $$ > leader; kill -STOP $$; sleep 600');
    const leader = await pidIn('leader');
    run.stop('cancelled');
    expect(await run.ended).toMatchObject({ outcome: 'cancelled' });
    expect(processIsAlive(leader)).toBe(false);
  });
});

describe('what a command leaves behind', () => {
  it('is ended with it, and does not hold it up', async () => {
    const { run, text } = start('sleep 600 & echo $! > child; echo hi');
    expect(await run.ended).toMatchObject({ outcome: 'completed' });
    expect(text.stdout).toBe('hi\n');
    expect(processIsAlive(await pidIn('child'))).toBe(false);
  });

  it('does not hold it up even when it has hidden itself', async () => {
    const { run, text } = start(
      'env -i setsid sh -c "echo \\$\\$ > hidden; exec sleep 600" & until [ -s hidden ]; do sleep 0.02; done; echo hi',
    );
    const hidden = await pidIn('hidden');
    expect(await run.ended).toMatchObject({ outcome: 'completed' });
    expect(text.stdout).toBe('hi\n');
    process.kill(hidden, 'SIGKILL');
  });
});

describe('with allowed commands', () => {
  it('runs a program without a shell', async () => {
    const { run, text } = start(`echo "a  b" '$HOME' ; ls`, { allowed: ['echo'] });
    expect(await run.ended).toMatchObject({ outcome: 'completed' });
    expect(text.stdout).toBe('a  b $HOME ; ls\n');
  });

  // Proves: allowed-programs-only
  it('refuses any other program', async () => {
    const { run } = start('rm -rf x', { allowed: ['echo', 'ls'] });
    expect(await run.ended).toMatchObject({
      outcome: 'not_allowed',
      message: '"rm" is not one of ALLOWED_COMMANDS (echo, ls).',
    });
  });
});
