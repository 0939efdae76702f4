import type { AttemptEnd, NewEvent } from '@cc-executor/contracts';
import { pause, resume, submit } from '@cc-executor/executions';
import {
  say,
  serviceContext,
  startRedis,
  startScriptedModel,
  waitFor,
  type ScriptedModel,
  type TestRedis,
} from '@cc-executor/testkit';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { workerSettings } from '../src/config.ts';
import { openDependencies, type WorkerDependencies } from '../src/dependencies.ts';
import { Leases } from '../src/ownership/leases.ts';
import { runExecution } from '../src/running/run-execution.ts';

let redis: TestRedis;
let model: ScriptedModel;
let folder: string;
let context: ReturnType<typeof serviceContext<typeof workerSettings>>;
let ports: WorkerDependencies['ports'];
beforeAll(async () => {
  redis = await startRedis();
  model = await startScriptedModel({ script: () => say('done') });
  folder = await mkdtemp(join(tmpdir(), 'cc-worker-'));
  context = serviceContext(workerSettings, {
    HOME: folder,
    REDIS_URL: redis.url,
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_WORKSPACES_DIR: join(folder, 'workspaces'),
    ANTHROPIC_API_KEY: 'sk-test',
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: `${model.url}/v1`,
  });
  ({ ports } = await openDependencies(context));
});
afterAll(async () => {
  await context.close();
  await redis.stop();
  await model.close();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

type Tasks = Parameters<typeof submit>[1]['tasks'];

const list = async (tasks: Tasks, max_parallel?: number) =>
  await submit(
    {
      ...ports,
      workspaces: { resolve: async (path) => ({ path, turn: path }), fresh: async (id) => id },
      isolation: { usual: 'process', least: 'process', hasLauncher: false, hosts: [] } as const,
      checkAgents: async () => undefined,
      checkCommands: () => undefined,
      checkPrompts: async () => undefined,
    },
    { tasks, on_failure: 'continue', ...(max_parallel !== undefined && { max_parallel }) },
  );
const stateOf = async (id: string) => (await ports.store.read(id))?.state;
const events = async (id: string) => await ports.log.page(id, 0, 1000);
/** A command that says that it has begun, and ends once it may. */
const gated = (name: string) =>
  `touch ${join(folder, name)}-began; until [ -e ${join(folder, name)}-go ]; do sleep 0.02; done`;
const hasBegun = async (name: string) => waitFor(() => existsSync(join(folder, `${name}-began`)));
const letGo = async (name: string) => writeFile(join(folder, `${name}-go`), '');

/** Runs an execution, and does something each time before an event of this type is stored. */
async function run(id: string, type?: NewEvent['type'], act?: () => Promise<unknown>): Promise<void> {
  const append: typeof ports.store.append = async (of, change) => {
    if (change.events.some((event) => event.type === type)) await act?.();
    return await ports.store.append(of, change);
  };
  const store = new Proxy(ports.store, {
    get: (target, name) => {
      const found: unknown = Reflect.get(target, name, target);
      if (name === 'append') return append;
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });
  const leases = new Leases({ store: ports.store, onError: () => undefined });
  await runExecution({ ...ports, store, leases, hooks: null }, id);
  await leases.close();
}

describe('a pause just before a list would wait', () => {
  it('of a limit that others have reached decides: the list is released', async () => {
    const limitedUntil = new Date(Date.now() + 3_600_000);
    const end = { outcome: 'usage_limit', message: null, limit: undefined } as unknown as AttemptEnd;
    await ports.credential.note(end, { model: '', begun: new Date(), limitedUntil });
    const id = await list(['Say hi.']);
    await run(id, 'execution.waiting', async () => pause(ports, id));
    expect(await stateOf(id)).toMatchObject({ status: 'paused', tasks: [{ status: 'pending', attempt: 0 }] });
    expect((await events(id)).filter(({ type }) => type === 'execution.handed_back')).toHaveLength(1);
  });
});

describe('a command for which no slot is free', () => {
  it('does not stop a prompt, which has the slot of its execution', async () => {
    const { slots } = ports;
    const before = slots.of('commands').slots;
    slots.set('commands', 1);
    onTestFinished(() => slots.set('commands', before));
    const id = await list([
      { command: gated('lane-a'), needs: [] },
      { command: 'true', needs: [] },
      { prompt: 'Say hi.', agent: 'model', model: 'made-up', needs: [] },
    ]);
    const done = run(id);
    await waitFor(async () => (await stateOf(id))?.tasks[2]?.status === 'completed');
    expect((await stateOf(id))?.tasks).toMatchObject([{ status: 'running' }, { status: 'pending' }, {}]);
    await letGo('lane-a');
    await done;
    expect(await stateOf(id)).toMatchObject({ status: 'completed' });
  });
});

/** Makes a folder a small disk, or a full one. Returns what gives it more room; null: this user can't. */
function smallDisk(at: string, { isFull = false } = {}): (() => void) | null {
  mkdirSync(at, { recursive: true });
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', at]).status !== 0) return null;
  onTestFinished(() => void spawnSync('umount', [at]));
  if (isFull) spawnSync('cp', ['/dev/zero', join(at, 'filler')]);
  return () => void spawnSync('mount', ['-o', 'remount,size=64m', at]);
}

/** The message of the first wait of an execution. */
async function whyItWaits(id: string): Promise<unknown> {
  const event = (await events(id)).find(({ type }) => type === 'execution.waiting');
  return (JSON.parse(event?.json ?? '{}') as { data?: { message?: unknown } }).data?.message;
}

describe('a list on a full disk', () => {
  it.for(['snapshots', 'copies'])(
    'waits before its first task where %s have no room, and says why',
    async (place, { skip }) => {
      const id = await list([
        { command: 'touch one', needs: [] },
        { command: 'touch other', needs: [] },
        { command: 'ls', needs: [1, 2] },
      ]);
      const giveRoom = smallDisk(join(folder, 'data', place), { isFull: true });
      if (!giveRoom) return skip();
      await run(id);
      expect(await stateOf(id)).toMatchObject({
        status: 'waiting',
        tasks: [{ attempt: 0 }, { attempt: 0 }, {}],
      });
      expect(await whyItWaits(id)).toMatch(
        /no room for the copies .*(ENOSPC|No space|is full).* Free some space/is,
      );
      giveRoom();
      await resume(ports, id);
      await run(id);
      expect(await stateOf(id)).toMatchObject({ status: 'completed' });
      const started = (await events(id)).filter(({ type }) => type === 'task.started');
      const inCopy = started.map(
        ({ json }) => (JSON.parse(json) as { data: { in_copy: boolean } }).data.in_copy,
      );
      expect(inCopy).toEqual([true, true, false]);
    },
  );

  const LARGE = 'head -c 300000 /dev/urandom >';
  it.for<[string, Tasks]>([
    ['the next task', [{ command: 'ls a b', needs: [1, 2] }]],
    ['the next task, which is shared', [{ command: 'ls a b', needs: [1, 2], shared: true }]],
    ['its end', []],
  ])(
    'waits where the work of its tasks has no room in the workspace before $0',
    async ([, last], { skip }) => {
      const id = await list([
        { command: `${LARGE} a`, needs: [] },
        { command: `${LARGE} b`, needs: [] },
        ...last,
      ]);
      const giveRoom = smallDisk(join(folder, 'workspaces'));
      if (!giveRoom) return skip();
      await run(id);
      const done = { status: 'completed', attempt: 1, warnings: [] };
      expect(await stateOf(id)).toMatchObject({
        status: 'waiting',
        tasks: [done, done, ...last.map(() => ({ attempt: 0 }))],
      });
      expect(await whyItWaits(id)).toMatch(/no room for .*(ENOSPC|No space|is full).* Free some space/is);
      giveRoom();
      await resume(ports, id);
      await run(id);
      expect(await stateOf(id)).toMatchObject({ status: 'completed', summary: { failed_tasks: 0 } });
      expect(readdirSync(join(folder, 'workspaces', id))).toEqual(['a', 'b']);
    },
  );
});

describe('a task for whose copy there is no room', () => {
  it('waits while others run, and then the list does, which says why', async ({ skip }) => {
    const id = await list([
      { command: 'head -c 2000000 /dev/zero > large' },
      { command: 'true', needs: [1] },
      { command: 'test -e large', needs: [1] },
      { command: 'true', needs: [2, 3] },
    ]);
    const giveRoom = smallDisk(join(folder, 'data', 'copies'));
    if (!giveRoom) return skip();
    await run(id);
    const waiting = await stateOf(id);
    expect(waiting).toMatchObject({
      status: 'waiting',
      tasks: [
        { status: 'completed' },
        { status: 'pending', attempt: 0 },
        { status: 'pending', attempt: 0 },
        {},
      ],
    });
    expect(await whyItWaits(id)).toMatch(
      /no room for the copy in which task [23] works: .*(ENOSPC|No space)/is,
    );
    giveRoom();
    await resume(ports, id);
    await run(id);
    expect(await stateOf(id)).toMatchObject({ status: 'completed' });
  });
});

describe('a task that failed, and is tried again later', () => {
  /** A command that fails at its first try. */
  const flaky = (name: string) => `test -e ${join(folder, name)} || { touch ${join(folder, name)}; exit 1; }`;
  const hasFailed = async (id: string) => (await stateOf(id))?.tasks[0]?.tries === 1;
  /** Waits until its first retry is due, at most a second after its failure. */
  const isDue = async (id: string) => {
    await waitFor(async () => hasFailed(id));
    await delay(1100);
  };

  it('waits without work while others take its place', async () => {
    const id = await list(
      [
        { command: flaky('idle-a'), needs: [], retries: 1 },
        { command: gated('idle-b'), needs: [] },
        { command: gated('idle-c'), needs: [] },
      ],
      2,
    );
    const done = run(id);
    for (const name of ['idle-b', 'idle-c']) await hasBegun(name);
    await isDue(id);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await delay(300);
    const atOnce = timers.mock.calls.filter(([, ms]) => ms === 0).length;
    timers.mockRestore();
    for (const name of ['idle-b', 'idle-c']) await letGo(name);
    await done;
    expect(await stateOf(id)).toMatchObject({ status: 'completed', tasks: [{ attempt: 2 }, {}, {}] });
    expect(atOnce).toBeLessThan(20);
  });

  it('during a pause starts after it, and a stopped process of another task is not ended', async () => {
    const id = await list([
      { command: flaky('still-a'), needs: [], retries: 1 },
      { command: gated('still-b'), needs: [] },
    ]);
    const done = run(id, 'task.retrying', async () => {
      await hasBegun('still-b');
      await pause(ports, id);
    });
    await isDue(id);
    await resume(ports, id);
    await letGo('still-b');
    await done;
    expect(await stateOf(id)).toMatchObject({ status: 'completed', tasks: [{ attempt: 2 }, { attempt: 1 }] });
  });

  it('just before the worker hears of a pause ends no stopped process', async () => {
    const id = await list([
      { command: flaky('unheard-a'), needs: [], retries: 1 },
      { command: gated('unheard-b'), needs: [] },
    ]);
    let isPaused = false;
    const done = run(id, 'task.started', async () => {
      if (isPaused || !(await hasFailed(id))) return;
      isPaused = true;
      await hasBegun('unheard-b');
      await pause(ports, id);
    });
    await waitFor(() => isPaused);
    await waitFor(async () => (await stateOf(id))?.status === 'paused');
    await resume(ports, id);
    await letGo('unheard-b');
    await done;
    expect(await stateOf(id)).toMatchObject({ status: 'completed', tasks: [{ attempt: 2 }, { attempt: 1 }] });
  });
});
