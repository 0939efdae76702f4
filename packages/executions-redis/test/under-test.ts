import { startRedis, type TestRedis } from '@cc-executor/testkit';
import type { Redis } from 'ioredis';
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
  const impatient = await open();
  return {
    server,
    open,
    /** To look with: it waits for a Redis that comes back. */
    redis: await open('patient'),
    store: new RedisExecutionStore(impatient),
    log: new RedisEventLog(impatient, await open()),
    close: async () => {
      for (const connection of connections) connection.disconnect();
      await server.stop();
    },
  };
}

export type StoreUnderTest = Awaited<ReturnType<typeof openStore>>;
