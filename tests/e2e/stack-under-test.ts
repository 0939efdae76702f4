import type { ResultsView, StatusView } from '@cc-executor/contracts';
import { servicesFor, startStack, type Stack } from '@cc-executor/local-stack';
import { connect, RedisWorkerDirectory } from '@cc-executor/executions-redis';
import { readConfig, Settings } from '@cc-executor/service-kit';
import { readFileSync } from 'node:fs';
import { CONTAINERS, containersOf, processesWith, processIsAlive, waitFor } from '@cc-executor/testkit';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { checkStatesAreFolds } from './states-are-folds.ts';

export interface Event {
  seq: number;
  execution_id: string;
  at: string;
  type: string;
  task?: number;
  attempt?: number;
  data: Record<string, unknown>;
}

// Where tasks run as another user, git of these tests looks into what belongs to that one.
if (CONTAINERS)
  Object.assign(process.env, {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
  });

/** Returns a command that waits until a test lets all tasks go that meet by this name. It leaves nothing in its folder. */
export const meets = (name: string) =>
  `touch ${name}; until [ -e ${name}.go ]; do sleep 0.02; done; rm ${name} ${name}.go`;

/** The whole stack, as `npm start` runs it: real processes, a Redis of its own, everything in one temporary folder. */
export async function startStackUnderTest(more: Record<string, string> = {}, { workers = 1 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cc-stack-'));
  const env = {
    PATH: process.env['PATH'],
    HOME: join(folder, 'home'),
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_API_PORT: '0',
    CC_EXECUTOR_WS_PORT: '0',
    ...CONTAINERS,
    ...more,
  };
  const services = servicesFor(readConfig(Settings, env));
  const others = services
    .filter(({ name }) => name === 'worker')
    .flatMap((worker) =>
      Array.from({ length: workers - 1 }, (_, index) => ({ ...worker, name: `worker-${String(index + 2)}` })),
    );
  const stack: Stack = await startStack({ services: [...services, ...others], env });
  const call = async (
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(stack.apiUrl + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: await response.json() };
  };
  const submit = async (body: unknown) => {
    const accepted = await call('POST', '/execute', body);
    expect(accepted).toMatchObject({ status: 202, body: { status: expect.any(String) } });
    return (accepted.body as { execution_id: string }).execution_id;
  };
  const redisUrl = more['REDIS_URL'] ?? `unix://${join(folder, 'data/redis/redis.sock')}`;
  const status = async (id: string) => (await call('GET', `/executions/${id}/status`)).body as StatusView;
  const ended = async (id: string, seconds = 60) =>
    await waitFor(
      async () => {
        const now = await status(id);
        return ['completed', 'failed', 'cancelled'].includes(now.status) ? now : null;
      },
      { seconds, what: `execution ${id} to end` },
    );
  const [workspaces, copies] = [
    join(folder, 'data/workspaces'),
    // Of the copies in which tasks work that run at the same time.
    join(folder, CONTAINERS ? 'data/launcher/shared/copies' : 'data/copies'),
  ];
  /** Resolves when so many tasks, each in its own folder, wait in `meets` of this name. */
  const haveMet = async (name: string, count: number) =>
    await waitFor(
      async () => {
        const files = await Promise.all(
          [workspaces, copies].map(async (root) =>
            (await readdir(root, { recursive: true }).catch(() => [])).map((path) => join(root, path)),
          ),
        );
        const found = files.flat().filter((path) => basename(path) === name);
        return found.length === count ? found : null;
      },
      { seconds: 120, what: `${String(count)} tasks to meet as ${name}` },
    );
  /** The events of an execution so far, by a socket that is closed when it has the last one. */
  const eventsSoFar = async (id: string) => {
    const { head } = await status(id);
    const events: Event[] = [];
    const socket = new WebSocket(`${stack.wsUrl}/executions/${id}/stream`);
    socket.addEventListener('message', ({ data }) => events.push(JSON.parse(String(data)) as Event));
    await waitFor(() => events.length >= head);
    socket.close();
    // What comes beyond is told at the end of a stream, and is no event.
    return events.slice(0, head);
  };
  return {
    stack,
    folder,
    call,
    submit,
    status,
    workspace: (id: string) => join(workspaces, id),
    copies,
    haveMet,
    /** Lets tasks go on that wait in `meets` of this name, once there are so many. */
    letMeet: async (name: string, count: number) => {
      for (const path of await haveMet(name, count)) await writeFile(`${path}.go`, '');
    },
    /** Makes an empty file in the workspace of an execution, which may be told as running a moment before it is there. */
    put: async (id: string, file: string) =>
      await waitFor(
        async () =>
          await writeFile(join(workspaces, id, file), '').then(
            () => true,
            () => false,
          ),
        { what: `the workspace of ${id}` },
      ),
    results: async (id: string) => (await call('GET', `/executions/${id}/results`)).body as ResultsView,
    ended,
    eventsSoFar,
    /**
     * Returns those of an execution's processes that still run, of the pids that they have told; in containers, all those of
     * first attempts.
     */
    alive: (id: string, told: readonly number[]) =>
      CONTAINERS
        ? processesWith(`CC_EXECUTOR_EXECUTION_ID=${id}`, 'CC_EXECUTOR_ATTEMPT=1\0')
        : told.filter(processIsAlive),
    /** Returns whether those of an execution's processes that are there are suspended, by the pids that they have told. */
    standsStill: async (id: string, told: readonly number[]) => {
      const containers = CONTAINERS ? await containersOf(id) : [];
      if (containers.length > 0) return containers.includes('paused');
      const states = told.map(stateOf).filter((state) => state !== undefined);
      return states.length > 0 && states.every((state) => state === 'T');
    },
    /** Returns the pid of the worker that holds an execution. */
    ownerOf: async (id: string) => {
      const redis = connect(redisUrl, 'patient', () => undefined);
      await redis.connect();
      try {
        const held = (await eventsSoFar(id)).findLast(({ type }) =>
          /^execution\.(started|continued)$/.test(type),
        );
        const directory = new RedisWorkerDirectory(redis);
        const mine = async () =>
          (await directory.list()).find(({ worker }) => worker === held?.data['worker'])?.pid;
        return await waitFor(mine, { what: `the worker of ${id} to announce itself` });
      } finally {
        redis.disconnect();
      }
    },
    /** Makes an empty file in the workspace of an execution, beside which another one can run. */
    letGo: async (id: string, file = 'go') => {
      await ended(await submit({ tasks: [{ command: 'true' }] }));
      await writeFile(join(workspaces, id, file), '');
    },
    /** All events of an execution that has ended, by SSE. */
    events: async (id: string) => {
      const text = await (await fetch(`${stack.apiUrl}/executions/${id}/events`)).text();
      return [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as Event);
    },
    stop: async () => {
      const pids = Object.values(stack.pids());
      await checkStatesAreFolds(redisUrl);
      await stack.stop();
      expect(pids.filter(processIsAlive)).toEqual([]);
      expect(processesWith(folder)).toEqual([]);
      await rm(folder, { recursive: true, maxRetries: 10 });
    },
  };
}

/** Undefined: it is gone, as short-lived helpers of an agent are. */
function stateOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
      .split(') ')[1]
      ?.charAt(0);
  } catch {
    return undefined;
  }
}

export type StackUnderTest = Awaited<ReturnType<typeof startStackUnderTest>>;
