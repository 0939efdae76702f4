import { SERVICES, startStack } from '@cc-executor/local-stack';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const SHELL = '/bin/bash';

/** The stack in a temporary folder, and calls of its API. Without a worker nobody but the benchmark writes events. */
export async function benchmarkStack(env: Record<string, string> = {}, without?: 'worker') {
  const folder = await mkdtemp(join(tmpdir(), 'cc-benchmark-'));
  const stack = await startStack({
    services: SERVICES.filter(({ name }) => name !== without),
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      CC_EXECUTOR_DATA_DIR: folder,
      CC_EXECUTOR_API_PORT: '0',
      CC_EXECUTOR_WS_PORT: '0',
      CC_EXECUTOR_SHELL: SHELL,
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
  const call = async (path: string, init?: RequestInit) =>
    (await (await fetch(stack.apiUrl + path, init)).json()) as never;
  /** Runs a list to its end and gives its results; times in seconds. */
  const runTasks = async (
    tasks: readonly unknown[],
  ): Promise<{ status: string; results: { stdout: string }[]; total_execution_time: number }> =>
    await call('/execute', {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=120' },
      body: JSON.stringify({ tasks }),
    });
  return {
    apiUrl: stack.apiUrl,
    wsUrl: stack.wsUrl,
    pids: stack.pids,
    dataDirectory: folder,
    redisSocket: join(folder, 'redis', 'redis.sock'),
    run: async (commands: readonly string[]) => await runTasks(commands.map((command) => ({ command }))),
    runTasks,
    stop: async () => {
      await stack.stop();
      await rm(folder, { recursive: true });
    },
  };
}
