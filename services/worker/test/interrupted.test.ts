import { cancel, pause, resume, submit } from '@cc-executor/executions';
import { serviceContext, startRedis, waitFor, type TestRedis } from '@cc-executor/testkit';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerSettings } from '../src/config.ts';
import { openDependencies, type WorkerDependencies } from '../src/dependencies.ts';
import { Leases, type Lease } from '../src/ownership/leases.ts';
import { runExecution } from '../src/running/run-execution.ts';

let redis: TestRedis;
let folder: string;
let context: ReturnType<typeof serviceContext<typeof workerSettings>>;
let ports: WorkerDependencies['ports'];

/** Waits, with the task that is named so, until it may answer; its answer is no. */
const GATE = `case "$(cat)" in *gated*) touch began; until [ -e go ]; do sleep 0.02; done; exit 1;; esac`;
/** Takes longer than a silence may be. */
const SLOW = `case "$(cat)" in *slow*) sleep 1.5;; esac`;

beforeAll(async () => {
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'cc-worker-'));
  await mkdir(join(folder, 'hooks'));
  const hooks = {
    pre_task: [{ command: ['sh', '-c', SLOW], name: 'first' }],
    post_task: [{ command: ['sh', '-c', GATE], name: 'last', required: true }],
  };
  await writeFile(join(folder, 'hooks/hooks.json'), JSON.stringify({ hooks }));
  context = serviceContext(workerSettings, {
    HOME: folder,
    REDIS_URL: redis.url,
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_WORKSPACES_DIR: join(folder, 'workspaces'),
    CC_EXECUTOR_HOOKS_DIR: join(folder, 'hooks'),
    STREAM_TIMEOUT: '1',
  });
  ({ ports } = await openDependencies(context));
});
afterAll(async () => {
  await context.close();
  await redis.stop();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

/** What one worker does with an execution; `hold` is there when it has taken it. */
function worker() {
  let lease: Lease | undefined;
  class Watched extends Leases {
    override acquire(...taken: Parameters<Leases['acquire']>): Lease {
      lease = super.acquire(...taken);
      return lease;
    }
  }
  const leases = new Watched({ store: ports.store, onError: () => undefined });
  return {
    leases,
    run: async (id: string, changed: Partial<typeof ports> = {}) => {
      await runExecution({ ...ports, leases, ...changed }, id);
      await leases.close();
    },
    knows: async (of: (lease: Lease) => unknown) => {
      await waitFor(() => {
        leases.renewSoon();
        return lease !== undefined && Boolean(of(lease));
      });
    },
  };
}

const list = async (...commands: string[]) =>
  await submit(
    {
      ...ports,
      workspaces: { resolve: async (path) => ({ path, turn: path }), fresh: async (id) => id },
      isolation: { usual: 'process', least: 'process', hasLauncher: false, hosts: [] } as const,
      checkAgents: async () => undefined,
      checkCommands: () => undefined,
      checkPrompts: async () => undefined,
    },
    { tasks: commands.map((command) => ({ command })), on_failure: 'stop' },
  );
const stateOf = async (id: string) => (await ports.store.read(id))?.state;
/** Whether a process was started for its task. */
const isBegun = async (id: string) =>
  (await ports.log.page(id, 0, 1000)).some(({ type }) => type === 'task.process');

/** Looks at workspaces, and before that does something else. */
function looksAfter(first: () => Promise<unknown>): typeof ports.scanner {
  const { scanner } = ports;
  const begin: typeof scanner.begin = async (...asked) => {
    await first();
    return await scanner.begin(...asked);
  };
  return Object.assign(Object.create(scanner), { begin }) as typeof scanner;
}

describe('what comes while the workspace is looked at before a task', () => {
  it('a cancel: the task is not begun any more', async () => {
    const id = await list('true');
    const { run, knows } = worker();
    const scanner = looksAfter(async () => {
      await cancel(ports, id);
      await knows(({ interruption }) => interruption === 'cancelled');
    });
    await run(id, { scanner, hooks: null });
    expect(await stateOf(id)).toMatchObject({
      status: 'cancelled',
      tasks: [{ status: 'cancelled', attempt: 1, end: { message: 'It was cancelled.' } }],
    });
    expect(await isBegun(id)).toBe(false);
  });

  it('a pause: the task begins when it is over', async () => {
    const id = await list('true');
    const { run, knows } = worker();
    const scanner = looksAfter(async () => {
      await pause(ports, id);
      await knows(({ paused }) => paused);
    });
    const done = run(id, { scanner, hooks: null });
    await knows(({ paused }) => paused);
    await waitFor(async () => (await stateOf(id))?.tasks[0]?.status === 'running');
    const other = await list('true');
    await worker().run(other);
    expect([await isBegun(id), (await stateOf(other))?.status]).toEqual([false, 'completed']);
    await resume(ports, id);
    await knows(({ paused }) => !paused);
    await done;
    expect(await stateOf(id)).toMatchObject({ status: 'completed', tasks: [{ attempt: 1 }] });
  });
});

/** Takes an execution from its worker, as one does that takes it for dead. */
async function takeAway(id: string) {
  const held = (await ports.store.held()).find(({ executionId }) => executionId === id);
  if (!held || !(await ports.store.expire(held))) throw new Error(`Nobody holds ${id}.`);
}

describe('a worker whose execution was taken over', () => {
  const filesOf = (id: string) => readdir(ports.evidence.folder(id), { recursive: true });

  it('while its task ended writes no receipt and no response', async () => {
    const id = await list('echo hi');
    const { run, knows } = worker();
    const { command } = ports.agents;
    const start: typeof command.start = (task, sink) => {
      const started = command.start(task, sink);
      const ended = started.ended.then(async (end) => {
        await takeAway(id);
        await knows(({ interruption }) => interruption === 'lost');
        return end;
      });
      return { ...started, ended };
    };
    await run(id, { agents: { ...ports.agents, command: { ...command, start } }, hooks: null });
    expect(await filesOf(id)).toEqual(['task-1', 'task-1/attempt-1', 'task-1/attempt-1/stdout']);
  });

  it('while its evidence was being signed writes no manifest', async () => {
    const id = await list('echo hi');
    const sign: typeof ports.signer.sign = async (manifest) => {
      await takeAway(id);
      return await ports.signer.sign(manifest);
    };
    await worker().run(id, { signer: { ...ports.signer, sign }, hooks: null });
    expect((await filesOf(id)).filter((name) => !name.startsWith('task-'))).toEqual([]);
    expect(await stateOf(id)).toMatchObject({ status: 'running', tasks: [{ status: 'completed' }] });
  });
});

describe('hooks', () => {
  it('that are slow before a task are no silence of its agent', async () => {
    const id = await list('echo slow');
    await worker().run(id);
    expect((await stateOf(id))?.tasks[0]?.end).toMatchObject({ outcome: 'completed' });
  });

  it('that were required and could not answer before the worker was stopped are asked again, by who continues', async () => {
    const id = await list('echo gated');
    const { run, leases } = worker();
    const done = run(id);
    await waitFor(() => existsSync(join(folder, 'hooks/began')));
    leases.drain();
    await done;
    expect(await stateOf(id)).toMatchObject({
      status: 'running',
      tasks: [{ status: 'pending', end: { outcome: 'drained', exit_code: 0 } }],
    });
    await writeFile(join(folder, 'hooks/go'), '');
    await worker().run(id);
    expect(await stateOf(id)).toMatchObject({
      status: 'failed',
      tasks: [{ status: 'failed', attempt: 2, end: { outcome: 'hook_failed' } }],
    });
  });
});
