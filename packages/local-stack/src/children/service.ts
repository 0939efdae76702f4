import type { ChildProcess } from 'node:child_process';
import { StartFailure, type Env, type ServiceMessage } from '@cc-executor/service-kit';
import { compileCacheEnv } from '@cc-executor/service-kit/compile-cache';
import { within } from '@cc-executor/service-kit/within';
import type { LineSink } from '../terminal/line-sink.ts';
import { spawnHandingOver } from './spawn-handing-over.ts';
import { describeExit, exitOf, killGroup, type Launched } from './launched.ts';

/** A program that runs as a service of the stack: it sends `{type: 'ready', …}` over its channel. */
export interface ServiceEntry {
  name: string;
  /** The absolute path of its main.ts. */
  main: string;
}

/** The report of a service that is ready, such as its `address`. */
export type ServiceDetails = Record<string, unknown>;

/** Longer than any service's own shutdown deadline, in milliseconds. */
const STOP_MS = 25_000;
const READY_MS = 60_000;

/**
 * Node lets a heap grow with the machine before it collects: output that only passes through made a service 250 MB
 * larger. With these it is 20 MB, at the same speed. In MiB; deployment/Dockerfile has the same.
 */
const SMALL_HEAP = ['--max-semi-space-size=2', '--max-old-space-size=1024'];

/** Starts a service as a process in its own group; every line that it prints goes to `lines`. */
export function launchService(entry: ServiceEntry, env: Env, lines: LineSink): Launched<ServiceDetails> {
  const child = spawnHandingOver([...SMALL_HEAP, entry.main], {
    env: { ...compileCacheEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  lines.shows = false;
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) lines.read(stream);
  const pid = Number(child.pid);
  const exited = exitOf(child);
  const kill = () => killGroup(pid);
  return {
    pid,
    exited,
    kill,
    hurry: () => {
      child.kill('SIGTERM');
    },
    ready: readyOf(child, entry.name, lines, kill),
    stop: async () => {
      child.kill('SIGTERM');
      await within(exited, STOP_MS, null);
      kill();
      await exited;
    },
  };
}

async function readyOf(
  child: ChildProcess,
  name: string,
  lines: LineSink,
  kill: () => void,
): Promise<ServiceDetails> {
  const told = Promise.withResolvers<ServiceMessage>();
  const ended = exitOf(child);
  const gone = Promise.withResolvers<never>();
  const fail = (sentence: string) =>
    gone.reject(new StartFailure(`${sentence}; ${lines.path} has the reason.`));
  child.on('message', (message) => told.resolve(message as ServiceMessage));
  // The channel ends after its last message, which may arrive after the exit.
  child.once('disconnect', () => {
    ended
      .then((exit) => fail(`${name} ended (${describeExit(exit)}) before it was ready`))
      .catch(gone.reject);
  });
  const timer = setTimeout(() => {
    fail(`${name} was not ready after ${String(READY_MS / 1000)} s`);
    kill();
  }, READY_MS);
  try {
    const message = await Promise.race([told.promise, gone.promise]);
    if (message.type === 'failed') throw new StartFailure(message.message);
    lines.shows = true;
    return message;
  } finally {
    clearTimeout(timer);
  }
}
