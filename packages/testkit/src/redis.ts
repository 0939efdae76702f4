import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'node:net';
import { waitFor } from './wait-for.ts';

export interface TestRedis {
  /** For REDIS_URL. */
  url: string;
  pid: number;
  /** Kills it; its data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  start(): Promise<void>;
  /** Saves its current data; the returned function kills it, and starts it again on that data. */
  remember(): Promise<() => Promise<void>>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Starts a private redis-server on a unix socket, as durable as that of users. Ready in some 50 ms. */
export async function startRedis(): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'cc-redis-'));
  const socket = join(directory, 'redis.sock');
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const args = ['--port', '0', '--unixsocket', socket, '--dir', directory, ...durable];
  const launch = async () => {
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    await once(child, 'spawn');
    await waitFor(() => canConnect(socket), { what: 'redis-server to answer' });
    return child;
  };
  let child = await launch();
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url: `unix://${socket}`,
    get pid() {
      return child.pid ?? 0;
    },
    kill,
    start: async () => {
      child = await launch();
    },
    remember: async () => {
      const data = join(directory, 'appendonlydir');
      const copy = join(directory, randomUUID());
      await cp(data, copy, { recursive: true });
      return async () => {
        await kill();
        await rm(data, { recursive: true, maxRetries: 10 });
        await cp(copy, data, { recursive: true });
        child = await launch();
      };
    },
    stop: async () => {
      await kill();
      await rm(directory, { recursive: true, maxRetries: 10 });
    },
  };
}

function canConnect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
