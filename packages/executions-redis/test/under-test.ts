import type { NewEvent } from '@cc-executor/contracts';
import {
  initialState,
  makeRecord,
  toStore,
  type Append,
  type ExecutionRecord,
} from '@cc-executor/executions';
import { startRedis, type TestRedis } from '@cc-executor/testkit';
import type { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { connect, RedisEventLog, RedisExecutionStore } from '../src/index.ts';

const ignore = () => undefined;

/** A store and a log on a Redis of their own. */
export async function openStore() {
  const server: TestRedis = await startRedis();
  const connections: Redis[] = [];
  const open = async (patience: 'patient' | 'impatient' = 'impatient') => {
    const redis = connect(server.url, patience, ignore);
    connections.push(redis);
    await redis.connect();
    return redis;
  };
  const redis = await open();
  return {
    server,
    open,
    redis,
    store: new RedisExecutionStore(redis),
    log: new RedisEventLog(redis, await open()),
    close: async () => {
      for (const connection of connections) connection.disconnect();
      await server.stop();
    },
  };
}

export type StoreUnderTest = Awaited<ReturnType<typeof openStore>>;

/** Submits a list of commands and gives its id. */
export async function submitList(
  { store }: Pick<StoreUnderTest, 'store'>,
  { id = `e-${randomUUID()}`, tasks = 1, workspace = undefined as string | undefined, at = new Date() } = {},
): Promise<string> {
  const commands = Array.from({ length: tasks }, () => ({ command: 'true' }));
  const record: ExecutionRecord = makeRecord({ tasks: commands, on_failure: 'stop', workspace }, id, at);
  const data = { total_tasks: tasks, workspace: record.workspace, lane: record.lane };
  await store.submit(record, initialState(tasks), [event(id, { type: 'execution.queued', data })]);
  return id;
}

export function event(id: string, newEvent: NewEvent) {
  return toStore(id, newEvent, new Date().toISOString());
}

/** An append that changes no state. */
export function note(id: string, text: string, writer: Append['writer'] = null): Append {
  const output = event(id, {
    type: 'task.output',
    task: 1,
    attempt: 1,
    data: { stream: 'stdout', data: text },
  });
  return { writer, from: null, to: null, summary: null, tasks: new Map(), events: [output], release: false };
}
