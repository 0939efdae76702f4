import { freePort, waitFor, type TestRedis } from '@cc-executor/testkit';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Service } from '../chaos/services.ts';
import type { StackUnderTest } from './stack-under-test.ts';

/** A second API of the same stack, that may be killed as often as one likes, or stopped and started again at its port. */
export async function startSecondApi(
  under: StackUnderTest,
  redis: Pick<TestRedis, 'url'>,
  { port = 0 }: { port?: number } = {},
) {
  const logs = join(under.folder, 'second');
  await mkdir(logs, { recursive: true });
  const data = join(under.folder, 'data');
  const own = port === 0 ? await freePort() : port;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: under.folder,
    REDIS_URL: redis.url,
    CC_EXECUTOR_DATA_DIR: data,
    CC_EXECUTOR_WORKSPACES_DIR: join(data, 'workspaces'),
    CC_EXECUTOR_API_PORT: String(own),
    // The service waits for its line about running.
    LOG_LEVEL: 'info',
  };
  const url = `http://127.0.0.1:${String(own)}`;
  const service = new Service('api', 'api', env, logs);
  onTestFinished(async () => await service.stop());
  const isUp = async () => (await fetch(`${url}/health`).catch(() => null))?.ok;
  return { service, url, port: own, up: async () => await waitFor(isUp, { what: 'the API' }) };
}
