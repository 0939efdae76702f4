import { compileCacheEnv } from '@cc-executor/service-kit/compile-cache';
import { startRedis, waitFor } from '@cc-executor/testkit';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** A gateway as its own process, so that its memory can be measured. */
export async function startGatewayProcess(env: Record<string, string> = {}) {
  const redis = await startRedis();
  const data = await mkdtemp(join(tmpdir(), 'cc-data-'));
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...compileCacheEnv(),
      PATH: process.env['PATH'],
      REDIS_URL: redis.url,
      CC_EXECUTOR_DATA_DIR: data,
      CC_EXECUTOR_WORKSPACES_DIR: join(data, 'workspaces'),
      CC_EXECUTOR_WS_PORT: '0',
      LOG_LEVEL: 'silent',
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [ready] = (await once(child, 'message')) as [{ type: string; port: number }];
  if (ready.type !== 'ready') throw new Error(JSON.stringify(ready));
  /** Resident memory in bytes. */
  const memory = () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)])) * 1024;
  return {
    redis,
    port: ready.port,
    memory,
    close: async () => {
      child.kill('SIGKILL');
      await waitFor(() => child.exitCode !== null || child.signalCode !== null);
      await redis.stop();
      await rm(data, { recursive: true, maxRetries: 10 });
    },
  };
}
