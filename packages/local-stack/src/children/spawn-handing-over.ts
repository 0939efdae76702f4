import { handOver, type Env } from '@cc-executor/service-kit';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import type { Writable } from 'node:stream';

export interface HandingOver {
  /** Its credentials do not go into the environment that others can read. */
  env: Env;
  /** The descriptors of the child; the one after them has its credentials. */
  stdio: Exclude<StdioOptions, string>;
}

/** Starts a Node program in a process group of its own, which takes its credentials over by `takeOver`. */
export function spawnHandingOver(args: readonly string[], { env, stdio }: HandingOver): ChildProcess {
  const given = handOver(env, stdio.length);
  const child = spawn(process.execPath, args, {
    env: given.env,
    detached: true,
    stdio: [...stdio, 'pipe'],
  });
  const pipe = child.stdio.at(stdio.length) as Writable | null | undefined;
  // It may end before it reads.
  pipe?.on('error', () => undefined);
  pipe?.end(given.credentials);
  return child;
}
