import { waitFor } from '@cc-executor/testkit';
import type { AttemptContainer, LaunchedProcess, LaunchSpec } from '@cc-executor/agents';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { boxOf, outcome, shell, TestLauncher } from './launcher/launcher-process.ts';
import { run } from './run.ts';

// Containers that are started ahead, for the next task of a list.

const setup = inject('setup');
const SETTINGS = { CC_EXECUTOR_SANDBOX_WAITING: '1' };
let launcher: TestLauncher;
let cwd: string;

beforeAll(async () => {
  launcher = await TestLauncher.create(setup.host, setup.baseImage);
  await launcher.start(SETTINGS);
  cwd = await launcher.workspace();
});

/** The executions that may have a container that waits. */
const claimed = new Set<string>();

afterEach(async () => {
  // Of a test that has failed: the next one could have none.
  for (const id of claimed) launcher.client.release(id);
  claimed.clear();
  await waitFor(async () => (await launcher.containers()).length === 0, { what: 'no container to be left' });
});

afterAll(async () => {
  await launcher.remove();
});

/** Runs a first task, and returns the container that waits for the second one of the same execution. */
async function waiting(executionId: string): Promise<string> {
  claimed.add(executionId);
  const next = boxOf({ executionId, task: 2 });
  const box = { ...boxOf({ executionId }), next };
  const first = shell(launcher.client.launch, cwd, 'echo first', { box, env: { SECRET: 'of-the-first' } });
  const container = await containerOf(first);
  expect(await outcome(first)).toMatchObject({ code: 0 });
  const found = await waitFor(
    async () => (await launcher.containers(executionId)).filter((id) => id !== container)[0],
    { seconds: 60, what: 'a container to wait' },
  );
  // Its shell reads as soon as it runs. The engine lists a container a moment before it can be inspected.
  await waitFor(async () => {
    const seen = await launcher.inspect(found).catch(() => null);
    return JSON.stringify(seen).includes('"Running":true');
  });
  return found;
}

async function containerOf(child: LaunchedProcess): Promise<string> {
  const { data } = await child.started;
  return 'container' in data ? data.container : '';
}

/** Runs the second task. */
const second = (executionId: string, command: string, more: Parameters<typeof shell>[3] = {}) =>
  shell(launcher.client.launch, cwd, command, { box: boxOf({ executionId, task: 2 }), ...more });

// Proves: nothing-but-the-workspace
describe('a container that waits', () => {
  test('has nothing of an attempt, and becomes its process whole', async () => {
    const executionId = randomUUID();
    const id = await waiting(executionId);
    expect(JSON.stringify(await launcher.inspect(id))).not.toMatch(/SECRET|of-the-first|echo/);
    const odd = `'"\\n\\t$HOME \`id\` %s %b \\\\ \n\n ümläut\t\\`;
    const command = 'printf %s "$ODD"; printf %s "$1" >&2; cat; exit 7';
    const child = launcher.client.launch({
      command: '/bin/sh',
      args: ['-c', command, 'sh', odd],
      cwd,
      env: { ODD: odd },
      stdin: 'pipe',
      box: boxOf({ executionId, task: 2 }),
    });
    const input = Buffer.alloc(1_000_000, 'a line\n').toString();
    child.stdin?.end(input);
    expect(await containerOf(child)).toBe(id);
    expect(await outcome(child)).toMatchObject({ stdout: odd + input, stderr: odd, code: 7, note: null });
  });

  test('becomes one that reads end-of-file, gets signals, and is ended with all that it has started', async () => {
    const executionId = randomUUID();
    const id = await waiting(executionId);
    const child = second(
      executionId,
      `cat; trap 'echo got' INT; setsid sleep 600 & echo up; while :; do sleep 0.05; done`,
    );
    expect(await containerOf(child)).toBe(id);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await waitFor(() => text === 'up\n', { seconds: 60 });
    expect(await child.signal('SIGINT')).toBe(true);
    await waitFor(() => text === 'up\ngot\n', { seconds: 60 });
    expect(await child.end(100)).toEqual([]);
    expect(await child.exited).toMatchObject({ code: null });
  });

  test.each([
    ['another attempt', { box: { attempt: 2 } }],
    ['another task', { box: { task: 3 } }],
    ['another generation', { box: { generation: 2 } }],
    ['another folder', { isElsewhere: true }],
    ['another program', { command: '/usr/bin/env', args: ['true'] }],
    ['a variable that belongs to the shell', { env: { BASH_ENV: '/dev/null' } }],
  ])(
    'is not for %s',
    async (
      _,
      {
        box,
        isElsewhere = false,
        ...more
      }: Omit<Partial<LaunchSpec>, 'box'> & { box?: Partial<AttemptContainer>; isElsewhere?: boolean },
    ) => {
      const executionId = randomUUID();
      const id = await waiting(executionId);
      const where = isElsewhere ? { cwd: await launcher.workspace() } : {};
      const asked = { box: boxOf({ executionId, task: 2, ...box }), ...where, ...more };
      const child = second(executionId, 'true', asked);
      expect(await containerOf(child)).not.toBe(id);
      await child.exited;
      await expect.poll(async () => await launcher.containers(executionId)).toEqual([id]);
      launcher.client.release(executionId);
    },
  );

  test('is used also when it is needed before it has been started', async () => {
    const executionId = randomUUID();
    claimed.add(executionId);
    const next = boxOf({ executionId, task: 2 });
    const box = { ...boxOf({ executionId }), next };
    await outcome(shell(launcher.client.launch, cwd, 'true', { box }));
    expect(await outcome(second(executionId, 'echo second'))).toMatchObject({ stdout: 'second\n', code: 0 });
    const now = Math.ceil(Date.now() / 1000);
    const which = ['--filter', 'event=create', '--filter', `label=cc-executor.execution=${executionId}`];
    const when = ['--since', String(now - 3600), '--until', String(now)];
    const created = await run(['docker', '-H', setup.host, 'events', ...when, ...which]);
    expect(created.trim().split('\n')).toHaveLength(2);
  });

  test('is one at a time, and ends with its claim', async () => {
    const [first, other] = [randomUUID(), randomUUID()];
    const id = await waiting(first);
    const box = { ...boxOf({ executionId: other }), next: boxOf({ executionId: other, task: 2 }) };
    expect(await outcome(shell(launcher.client.launch, cwd, 'true', { box }))).toMatchObject({ code: 0 });
    await delay(500);
    await expect.poll(async () => await launcher.containers()).toEqual([id]);
    launcher.client.release(first);
    await waitFor(async () => (await launcher.containers()).length === 0, { seconds: 60 });
    expect(await outcome(second(first, 'echo new'))).toMatchObject({ stdout: 'new\n', code: 0 });
  });

  test('is ended for a worker that has the execution after this one', async () => {
    const executionId = randomUUID();
    const id = await waiting(executionId);
    expect(await launcher.client.endLeftovers(executionId, 2)).toEqual([id]);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('ends with the launcher, by %s', async (signal) => {
    const executionId = randomUUID();
    await waiting(executionId);
    await launcher.stop(signal);
    await launcher.start(SETTINGS);
    await waitFor(async () => (await launcher.containers()).length === 0, { seconds: 60 });
    expect(await outcome(second(executionId, 'echo again'))).toMatchObject({ stdout: 'again\n' });
  });
});
