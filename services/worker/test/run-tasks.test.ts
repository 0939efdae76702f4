import type { AttemptEnd, NewEvent } from '@cc-executor/contracts';
import { pause, submit } from '@cc-executor/executions';
import { serviceContext, startRedis, type TestRedis } from '@cc-executor/testkit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerSettings } from '../src/config.ts';
import { openDependencies, type WorkerDependencies } from '../src/dependencies.ts';
import { Holds } from '../src/ownership/holds.ts';
import { runExecution } from '../src/running/run-execution.ts';

let redis: TestRedis;
let folder: string;
let context: ReturnType<typeof serviceContext<typeof workerSettings>>;
let ports: WorkerDependencies['ports'];
beforeAll(async () => {
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'cc-worker-'));
  context = serviceContext(workerSettings, {
    HOME: folder,
    REDIS_URL: redis.url,
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_WORKSPACES_DIR: join(folder, 'workspaces'),
    ANTHROPIC_API_KEY: 'sk-test',
  });
  ({ ports } = await openDependencies(context));
});
afterAll(async () => {
  await context.close();
  await redis.stop();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

type Tasks = Parameters<typeof submit>[1]['tasks'];

const list = async (tasks: Tasks) =>
  await submit(
    {
      ...ports,
      workspaces: { resolve: async (path) => ({ path, turn: path }), fresh: async (id) => id },
      isolation: { usual: 'process', least: 'process', hasLauncher: false } as const,
      checkCommands: () => undefined,
      checkPrompts: async () => undefined,
    },
    { tasks, on_failure: 'continue' },
  );
const stateOf = async (id: string) => (await ports.store.read(id))?.state;
const events = async (id: string) => await ports.log.page(id, 0, 1000);
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
  const holds = new Holds({ store: ports.store, onError: () => undefined });
  await runExecution({ ...ports, store, holds, hooks: null }, id);
  await holds.close();
}

describe('a pause just before a list would wait', () => {
  it('of a limit that others have reached is what counts: the list is handed back', async () => {
    const limitedUntil = new Date(Date.now() + 3_600_000);
    const end = { outcome: 'usage_limit', message: null, limit: undefined } as unknown as AttemptEnd;
    await ports.credential.note(end, { model: '', begun: new Date(), limitedUntil });
    const id = await list(['Say hi.']);
    await run(id, 'execution.waiting', async () => pause(ports, id));
    expect(await stateOf(id)).toMatchObject({ status: 'paused', tasks: [{ status: 'pending', attempt: 0 }] });
    expect((await events(id)).filter(({ type }) => type === 'execution.handed_back')).toHaveLength(1);
  });
});
