import { handOver, type Env } from '@cc-executor/service-kit';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import type { Writable } from 'node:stream';

export interface HandingOver {
  /** The environment; its credentials are not put where others can read them. */
  env: Env;
  /** The descriptors of the child; the next one has its credentials. */
  stdio: Exclude<StdioOptions, string>;
}

/** Starts a Node program in its own process group. It receives its credentials by `takeOver`. */
export function spawnHandingOver(args: readonly string[], { env, stdio }: HandingOver): ChildProcess {
  const given = handOver(env, stdio.length);
  const child = spawn(process.execPath, args, {
    env: given.env,
    detached: true,
    stdio: [...stdio, 'pipe'],
  });
  const pipe = child.stdio.at(stdio.length) as Writable | null | undefined;
  // The child may end before it reads.
  pipe?.on('error', () => undefined);
  pipe?.end(given.credentials);
  return child;
}
