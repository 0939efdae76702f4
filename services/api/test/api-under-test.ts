import type { RedisExecutionStore } from '@cc-executor/executions-redis';
import { serviceContext, startRedis } from '@cc-executor/testkit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import supertest from 'supertest';
import { buildApi } from '../src/app.ts';
import { apiSettings } from '../src/config.ts';
import { openDependencies } from '../src/dependencies.ts';

/** The API that production uses, on its own Redis and data directory; no worker. */
export async function startApi(env: Record<string, string> = {}) {
  const redis = await startRedis();
  const data = await mkdtemp(join(tmpdir(), 'cc-data-'));
  const context = serviceContext(apiSettings, {
    REDIS_URL: redis.url,
    CC_EXECUTOR_DATA_DIR: data,
    CC_EXECUTOR_WORKSPACES_DIR: join(data, 'workspaces'),
    ...env,
  });
  const dependencies = await openDependencies(context);
  const app = await buildApi(dependencies, context);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    redis,
    data,
    dependencies,
    store: dependencies.store satisfies RedisExecutionStore,
    call: supertest(app.server),
    app,
    close: async () => {
      await app.close();
      await context.close();
      await redis.stop();
      await rm(data, { recursive: true, maxRetries: 10 });
    },
  };
}

export type ApiUnderTest = Awaited<ReturnType<typeof startApi>>;
