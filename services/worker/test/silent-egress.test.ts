import { cancel, submit } from '@cc-executor/executions';
import { serviceContext, startRedis, waitFor, type TestRedis } from '@cc-executor/testkit';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { workerSettings } from '../src/config.ts';
import { openDependencies, type WorkerDependencies } from '../src/dependencies.ts';
import { Leases } from '../src/ownership/leases.ts';
import { runExecution } from '../src/running/run-execution.ts';

let redis: TestRedis;
let folder: string;
let context: ReturnType<typeof serviceContext<typeof workerSettings>>;
let ports: WorkerDependencies['ports'];
let egress: Server;
const callers: Socket[] = [];

beforeAll(async () => {
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'cc-worker-'));
  context = serviceContext(workerSettings, {
    HOME: folder,
    REDIS_URL: redis.url,
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_WORKSPACES_DIR: join(folder, 'workspaces'),
  });
  ({ ports } = await openDependencies(context));
  egress = createServer((socket) => callers.push(socket.resume())).listen(join(folder, 'egress.sock'));
  await once(egress, 'listening');
});
afterAll(async () => {
  for (const caller of callers) caller.destroy();
  egress.close();
  await context.close();
  await redis.stop();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

it('an attempt that waits for an egress without an answer is ended by a cancel', async () => {
  const id = await submit(
    {
      ...ports,
      workspaces: { resolve: async (path) => ({ path, turn: path }), fresh: async (name) => name },
      isolation: { usual: 'process', least: 'process', hasLauncher: true, hosts: ['example.com'] } as const,
      checkAgents: async () => undefined,
      checkCommands: () => undefined,
      checkPrompts: async () => undefined,
    },
    {
      tasks: [{ command: 'true' }],
      on_failure: 'stop',
      isolation: 'container',
      network: ['example.com'],
    },
  );
  const leases = new Leases({ store: ports.store, onError: () => undefined });
  const containers = {
    user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    filesOf: (of: string) => join(folder, 'files', of),
    ahead: false,
    searchPath: async () => await Promise.resolve(null),
    release: () => undefined,
    resultsOf: (of: string) => join(folder, 'results', of),
    modelOf: ({ executionId }: { executionId: string }) => join(folder, 'model', executionId),
    egress: join(folder, 'egress.sock'),
  };
  const sandbox = { least: 'process', containers } as const;
  const done = runExecution({ ...ports, sandbox, leases, hooks: null }, id);
  await waitFor(() => callers.length > 0, { seconds: 60 });
  await cancel(ports, id);
  leases.recheck(id);
  await done;
  await leases.close();
  expect((await ports.store.read(id))?.state).toMatchObject({
    status: 'cancelled',
    tasks: [{ status: 'cancelled', attempt: 1, end: { message: 'It was cancelled.' } }],
  });
  await waitFor(() => callers.every(({ closed }) => closed), { seconds: 60 });
}, 120_000);
