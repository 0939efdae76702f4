import { waitFor } from '@cc-executor/testkit';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OWN = ['--map-root-user', '--mount'];
const MIB = 1024 * 1024;

/** A Redis whose data is on its own disk, which can be full. */
export interface RedisOnSmallDisk {
  /** For REDIS_URL. */
  url: string;
  /** Writes until nothing more fits; as durable as it is for users, Redis ends then. */
  fill(): Promise<void>;
  /** Makes room, and starts Redis again on its data. */
  makeRoom(): Promise<void>;
  stop(): Promise<void>;
}

/** Returns whether this machine lets a program have its own disk. */
export function canHaveDisks(): boolean {
  return spawnSync('unshare', [...OWN, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
}

/** Starts a private redis-server on a disk of 16 MiB. */
export async function startRedisOnSmallDisk(): Promise<RedisOnSmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'cc-small-disk-'));
  const socket = join(folder, 'redis.sock');
  const durable = '--appendonly yes --appendfsync always --save ""';
  const script = `mkdir "$1/disk" && mount -t tmpfs -o size=16m none "$1/disk" || exit 1
    while read -r what; do
      [ "$what" = grow ] && mount -o remount,size=256m "$1/disk"
      [ "$what" = start ] && { redis-server --port 0 --unixsocket "$2" --dir "$1/disk" ${durable} >/dev/null & }
    done
    kill $!; wait`;
  const shell = spawn('unshare', [...OWN, 'sh', '-c', script, 'sh', folder, socket], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(shell, 'close');
  const answers = async () => (await ask(socket, 'PING\r\n')).startsWith('+PONG');
  let filled = 0;
  const nameOf = (index: number) => `fill-${String(index)}`;
  shell.stdin.write('start\n');
  await waitFor(answers, { what: 'redis-server to answer' });
  return {
    url: `unix://${socket}`,
    fill: async () => {
      const value = randomBytes(MIB).toString('latin1');
      for (; await answers(); filled += 1) await ask(socket, command('SET', nameOf(filled), value));
    },
    makeRoom: async () => {
      shell.stdin.write('grow\nstart\n');
      await waitFor(answers, { what: 'redis-server to answer again' });
      for (; filled >= 0; filled -= 1) await ask(socket, command('DEL', nameOf(filled)));
    },
    stop: async () => {
      shell.stdin.end();
      await ended;
      await rm(folder, { recursive: true, maxRetries: 10 });
    },
  };
}

/** A command as Redis reads it. */
function command(...words: readonly string[]): string {
  const parts = words.map((word) => `$${String(word.length)}\r\n${word}\r\n`);
  return `*${String(words.length)}\r\n${parts.join('')}`;
}

/** Sends one request, and returns the beginning of what is answered; empty: nothing is. */
async function ask(path: string, request: string): Promise<string> {
  return await new Promise((resolve) => {
    const socket = createConnection(path);
    const done = (answer: string) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => done(data.toString('latin1')));
    socket.once('error', () => done('')).once('close', () => done(''));
    socket.once('connect', () => socket.write(request, 'latin1'));
  });
}
