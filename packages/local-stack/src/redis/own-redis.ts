import { appendPlain, readPlain, readPlainPart } from '@cc-executor/evidence';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartFailure } from '@cc-executor/service-kit';
import { within } from '@cc-executor/service-kit/within';
import { askToEnd, describeExit, exitOf, killGroup, type Exit, type Launched } from '../children/launched.ts';
import { runQuietly } from '../children/run-quietly.ts';
import { ask } from './ping.ts';
import { PROCESS_NAME, redisConfig } from './redis-config.ts';
import { repairRedis } from './repair.ts';

const STOP_MS = 15_000;
const POLL_MS = 10;
/** No process id is longer, in bytes. */
const PID_BYTES = 64;
/** The size of the end of a log that is checked, in bytes. */
const TAIL_BYTES = 64 * 1024;

export interface OwnRedisOptions {
  /** The absolute path of a redis-server. */
  server: string;
  /** The folder of its data; created if missing. */
  folder: string;
  /** The path of its socket. */
  socket: string;
  logFile: string;
  /** Shows a line to the user. */
  say: (line: string) => void;
  /** How long it outlives its killed parent, in seconds; default: longer than a service's stop. */
  orphanSeconds?: number;
}

/** Starts the private Redis. One that an earlier run left on the same socket is shut down properly first. */
export async function launchRedis(options: OwnRedisOptions): Promise<Launched<{ serverPid: number }>> {
  const { server, folder, socket, logFile, say, orphanSeconds = 30 } = options;
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  const [configFile, pidFile] = [join(folder, 'redis.conf'), join(folder, 'redis.pid')];
  await shutDownRedis(socket, pidFile);
  await repairRedis({ server, folder }, say);
  const version = await versionOf(server);
  await writeFile(configFile, redisConfig({ folder, socket, pidFile, version }), { mode: 0o600 });

  const script = await readFile(join(import.meta.dirname, 'run-redis.sh'), 'utf8');
  const log = await appendPlain(logFile);
  // Its own group: the terminal's Ctrl-C must not reach it before the services have ended.
  const child = spawn('/bin/sh', ['-c', script.replaceAll(/^ *#.*\n/gm, '')], {
    cwd: folder,
    env: {
      PATH: '/usr/bin:/bin',
      SERVER: await nameServer(folder, server),
      CONFIG: 'redis.conf',
      SECONDS_ALONE: String(orphanSeconds),
    },
    detached: true,
    stdio: ['pipe', log.fd, log.fd],
  });
  const exited = exitOf(child);
  await once(child, 'spawn');
  await log.close();
  const pid = Number(child.pid);
  // It may have ended before the stop.
  child.stdin?.on('error', () => undefined);
  const kill = () => killGroup(pid);
  const stopSoon = () => child.stdin?.end('stop\n');
  return {
    pid,
    exited,
    kill,
    hurry: stopSoon,
    ready: waitUntilReady(socket, exited, logFile).then(async () => ({
      serverPid: await pidIn(pidFile),
    })),
    stop: async () => {
      stopSoon();
      if ((await within(exited, STOP_MS, null)) === null) kill();
      await exited;
      await removeSocketFolder(socket, folder);
    },
  };
}

/** Shuts down the Redis that answers at the socket, with its data on disk. */
async function shutDownRedis(socket: string, pidFile: string): Promise<void> {
  const address = { target: { path: socket }, tls: false, credentials: [] };
  for (const deadline = performance.now() + STOP_MS; performance.now() < deadline; await delay(POLL_MS)) {
    const answer = await ask(address, 'PING').catch(() => null);
    if (answer === null) return;
    // It answers at this socket, so the file beside it names its process; no client may end it by a command.
    const pid = await pidIn(pidFile).catch(() => 0);
    if (pid > 1) askToEnd(pid);
  }
  throw new StartFailure(
    `A Redis of an earlier run answers at ${socket} and does not end: end it, and start again.`,
  );
}

/** Returns the process id in a file; 0 if there is none. */
async function pidIn(path: string): Promise<number> {
  return Number((await readPlain(path, PID_BYTES))?.toString() ?? 0);
}

/** A task that runs `pkill redis`, for its own Redis, must not end this one: a process is named after its file. */
async function nameServer(folder: string, server: string): Promise<string> {
  const path = join(folder, PROCESS_NAME);
  await rm(path, { force: true });
  await symlink(server, path);
  return path;
}

/** Returns the major and minor version of a redis-server or valkey-server; Valkey counts as the Redis that it was forked from. */
async function versionOf(server: string): Promise<[number, number]> {
  const { output } = await runQuietly([server, '--version']);
  const [, major = '0', minor = '0'] = /v=(\d+)\.(\d+)/.exec(output) ?? [];
  return [Number(major), Number(minor)];
}

async function waitUntilReady(socket: string, exited: Promise<Exit>, logFile: string): Promise<void> {
  const address = { target: { path: socket }, tls: false, credentials: [] };
  let end: Exit | null = null;
  exited.then((exit) => (end = exit)).catch(() => undefined);
  // While it loads a large file it answers -LOADING, which may take long.
  while ((await ask(address, 'PING').catch(() => '')) !== '+PONG') {
    if (end !== null) throw new StartFailure(await whyEnded(end, logFile));
    await delay(POLL_MS);
  }
}

/** A socket that is not beside the data has its own folder, which is empty now. */
async function removeSocketFolder(socket: string, folder: string): Promise<void> {
  if (dirname(socket) !== folder) await rmdir(dirname(socket)).catch(() => undefined);
}

async function whyEnded(exit: Exit, logFile: string): Promise<string> {
  const tail = (await readPlainPart(logFile, -TAIL_BYTES, TAIL_BYTES))?.toString() ?? '';
  const lines = tail.trimEnd().split('\n').slice(-3);
  return `Redis could not start (${describeExit(exit)}); the end of ${logFile}:\n${lines.join('\n')}`;
}
