import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compileCacheEnv } from '@cc-executor/service-kit/compile-cache';
import { startRedis, waitFor } from '@cc-executor/testkit';
import { expect, it } from 'vitest';

const AWAY_MS = 6000;
interface Line {
  level: string;
  msg: string;
}

it.each(['api', 'gateway', 'worker'])('the %s logs an outage of Redis once, and its end', async (service) => {
  const redis = await startRedis();
  const folder = await mkdtemp(join(tmpdir(), 'cc-away-'));
  const main = fileURLToPath(new URL(`../../services/${service}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: {
      ...compileCacheEnv(),
      PATH: process.env['PATH'],
      HOME: folder,
      REDIS_URL: redis.url,
      CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
      CC_EXECUTOR_WORKSPACES_DIR: join(folder, 'workspaces'),
      CC_EXECUTOR_API_PORT: '0',
      CC_EXECUTOR_WS_PORT: '0',
      ANTHROPIC_API_KEY: 'none',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let text = '';
  child.stdout?.on('data', (data: Buffer) => (text += data.toString()));
  const lines = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  try {
    await once(child, 'message');
    const before = lines().length;
    await redis.kill();
    await waitFor(() => lines().length > before, { what: 'the outage to be logged' });
    // What is logged in this time is what is tested.
    await delay(AWAY_MS);
    await redis.start();
    await waitFor(() => lines().some(({ msg }) => msg === 'Redis answers again'));
    const logged = lines().slice(before);
    const outages = logged.filter(({ msg }) => msg.startsWith('Redis does not answer'));
    expect(outages).toHaveLength(1);
    expect(logged.map(({ msg }) => msg).join('\n')).not.toContain('failed');
    expect(logged.length).toBeLessThan(6);
  } finally {
    child.kill('SIGKILL');
    await waitFor(() => child.exitCode !== null || child.signalCode !== null);
    await redis.stop();
    await rm(folder, { recursive: true, maxRetries: 10 });
  }
});
