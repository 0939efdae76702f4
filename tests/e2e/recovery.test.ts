import { childrenOf, CONTAINERS, processIsAlive, waitFor } from '@cc-executor/testkit';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest({}, { workers: 2 });
});
afterAll(async () => under.stop());

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
const text = async (id: string, file: string) =>
  await readFile(join(under.workspace(id), file), 'utf8').catch(() => '');

/** Returns which of the stack's processes holds an execution. */
async function ownerOf(id: string): Promise<number> {
  const pid = await under.ownerOf(id);
  expect(Object.values(under.stack.pids())).toContain(pid);
  return pid;
}

/** Says that it ran, starts a child in its own session, and waits until it may end. */
const step = (n: number) => ({
  command: [
    `echo ${String(n)} >> ran`,
    `exec 9> lock; flock -n 9 || echo overlap >> ran`,
    `setsid sh -c 'echo $$ >> pids; exec sleep 600' 9>&- &`,
    `echo $$ >> pids; until [ -e go-${String(n)} ]; do sleep 0.02; done`,
  ].join('\n'),
});
const lines = async (id: string, file: string, count: number) =>
  await waitFor(
    async () => {
      const all = (await text(id, file)).split('\n').filter(Boolean);
      return all.length >= count ? all : null;
    },
    { what: `${String(count)} lines in ${file}` },
  );

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself meanwhile.
  }
}

const letGo = async (id: string, n: number) => await under.letGo(id, `go-${String(n)}`);

describe('a worker that is lost in the middle of a task', () => {
  // Proves: takeover-in-15-s, settled-stays-settled
  it('costs that attempt and nothing else: within 15 s another continues, and nothing of the old one is left', async () => {
    const id = await under.submit({ tasks: upTo(3).map(step) });
    // Its child has told its pid as well.
    await lines(id, 'pids', 2);
    await letGo(id, 1);
    const before = (await lines(id, 'pids', 4)).map(Number).slice(2);
    const owner = await ownerOf(id);
    const killed = Date.now();
    process.kill(owner, 'SIGKILL');
    expect(await lines(id, 'ran', 3)).toEqual(['1', '2', '2']);
    expect(under.alive(id, before)).toEqual([]);
    await letGo(id, 2);
    await letGo(id, 3);
    expect(await under.ended(id)).toMatchObject({ status: 'completed', completed_tasks: 3 });
    expect(await lines(id, 'ran', 4)).toEqual(['1', '2', '2', '3']);
    const { results } = await under.results(id);
    expect(results.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(events.length));
    const takenOver = events.find(({ type }) => type === 'execution.continued');
    expect(Date.parse(takenOver?.at ?? '') - killed).toBeLessThan(15_000);
    expect(events.find(({ type }) => type === 'task.interrupted')).toMatchObject({
      task: 2,
      attempt: 1,
      data: { outcome: 'worker_lost' },
    });
    expect(events.find(({ type, attempt }) => type === 'task.started' && attempt === 2)?.data['reason']).toBe(
      'worker_lost',
    );
  });

  // Proves: frozen-owner-is-ended
  it('by a suspension: its guardian ends what it started before another continues, and it stops when it wakes up', async () => {
    const id = await under.submit({ tasks: [step(1), step(2)] });
    const first = (await lines(id, 'pids', 2)).map(Number);
    const owner = await ownerOf(id);
    process.kill(owner, 'SIGSTOP');
    try {
      await waitFor(() => under.alive(id, first).length === 0, { what: 'the guardian to end its processes' });
      expect((await text(id, 'ran')).trim()).toBe('1');
      expect(await lines(id, 'ran', 2)).toEqual(['1', '1']);
    } finally {
      process.kill(owner, 'SIGCONT');
    }
    await letGo(id, 1);
    await letGo(id, 2);
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect(await lines(id, 'ran', 3)).toEqual(['1', '1', '2']);
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(events.length));
    expect(processIsAlive(owner)).toBe(true);
  });

  it('leaves a paused execution paused, and a cancel is finished by another', async () => {
    const [paused, cancelled] = [
      await under.submit({ tasks: [step(1)] }),
      await under.submit({ tasks: [step(1)] }),
    ];
    for (const id of [paused, cancelled]) await lines(id, 'pids', 2);
    await under.call('POST', `/executions/${paused}/pause`);
    const owners = new Set([await ownerOf(paused), await ownerOf(cancelled)]);
    for (const owner of owners) process.kill(owner, 'SIGKILL');
    await under.call('DELETE', `/executions/${cancelled}`);
    expect(await under.ended(cancelled)).toMatchObject({ status: 'cancelled' });
    await waitFor(async () => {
      const { body } = await under.call('POST', `/executions/${paused}/resume`);
      return (body as { status: unknown }).status === 'running' || null;
    });
    await lines(paused, 'ran', 2);
    await letGo(paused, 1);
    expect(await under.ended(paused)).toMatchObject({ status: 'completed' });
  });
});

// In a container it can't.
describe.skipIf(CONTAINERS !== null)('a task that ends its worker', () => {
  // Proves: poison-task
  it('is given up the second time; its list continues, and so do others that ran beside it', async () => {
    const beside = await under.submit({ tasks: [step(1)] });
    await lines(beside, 'pids', 2);
    const tasks = [{ command: 'echo >> ran; kill -9 $PPID; sleep 600' }, { command: 'true' }];
    const id = await under.submit({ tasks, on_failure: 'continue' });
    expect(await under.ended(id)).toMatchObject({ completed_tasks: 1, failed_tasks: 1 });
    const { results } = await under.results(id);
    expect(results.map(({ outcome }) => outcome)).toEqual(['ends_worker', 'completed']);
    await letGo(beside, 1);
    expect(await under.ended(beside)).toMatchObject({ status: 'completed' });
  });
});

describe('a list that ends its worker before a task of it begins', () => {
  it('fails the second time, and other lists go on', async () => {
    const hooks = await mkdtemp(join(tmpdir(), 'cc-ending-hooks-'));
    await writeFile(
      join(hooks, 'pre_execution.end.mjs'),
      `export default ({ tasks }) => {
        if (tasks.some(({ text }) => text.includes('deadly'))) process.kill(process.ppid, 'SIGKILL');
      };`,
    );
    const own = await startStackUnderTest({ CC_EXECUTOR_HOOKS_DIR: hooks }, { workers: 2 });
    try {
      const id = await own.submit({ tasks: [{ command: 'echo deadly' }, { command: 'true' }] });
      const other = await own.submit({ tasks: [{ command: 'sleep 1; echo fine' }] });
      expect(await own.ended(id, 120)).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining('Its worker was lost before a task began, 2 times in a row'),
      });
      expect(await own.ended(other, 120)).toMatchObject({ status: 'completed' });
      const skipped = (await own.events(id)).filter(({ type }) => type === 'task.skipped');
      expect(skipped.map(({ data }) => data)).toEqual([{ reason: 'ends_worker' }, { reason: 'ends_worker' }]);
    } finally {
      await own.stop();
      await rm(hooks, { recursive: true, maxRetries: 10 });
    }
  });
});

describe('everything that is suspended together, as on a laptop that sleeps', () => {
  // Proves: sleep-costs-nothing
  it('costs no attempt', async () => {
    const id = await under.submit({ tasks: [step(1)] });
    const mine = (await lines(id, 'pids', 2)).map(Number);
    const stack = Object.values(under.stack.pids());
    const all = [...stack, ...childrenOf(stack), ...under.alive(id, mine)];
    try {
      for (const pid of all) signal(pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 12_000)); // longer than an owner may be silent
    } finally {
      for (const pid of all) signal(pid, 'SIGCONT');
    }
    await letGo(id, 1);
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect((await under.results(id)).results[0]).toMatchObject({ attempt: 1 });
  });
});

describe('a Redis that is killed', () => {
  // Proves: synced-at-every-write
  it('costs no event and no attempt: the worker waits, and continues', async () => {
    const id = await under.submit({
      tasks: [{ command: 'for i in $(seq 300); do echo $i; sleep 0.02; done' }, { command: 'echo end' }],
    });
    await waitFor(async () => (await under.status(id)).head > 10);
    const redis = under.stack.pids()['redis'] ?? 0;
    process.kill(redis, 'SIGKILL');
    const away = await under.call('GET', '/health').catch(() => null);
    expect(away === null || [200, 503].includes(away.status)).toBe(true);
    await waitFor(async () => (await under.call('GET', '/health').catch(() => null))?.status === 200);
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(id);
    expect(results.map(({ attempt }) => attempt)).toEqual([1, 1]);
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(events.length));
    const told = events.filter(({ type, task }) => type === 'task.output' && task === 1);
    expect(told.map(({ data }) => data['data']).join('')).toBe(
      upTo(300)
        .map((n) => `${String(n)}\n`)
        .join(''),
    );
  });
});
