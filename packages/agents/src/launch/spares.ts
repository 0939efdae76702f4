import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { LaunchSpec } from './launch.ts';
import { thisMoment, type MachineTime } from './survivors.ts';
import { WORK_DESCRIPTOR, type WorkMessage } from './work.ts';

/** How long a process waits for work at most, in milliseconds: beside a longer attempt, a start is nothing. */
const IDLE_MS = 300_000;
/** Processes that wait at the same time; each has some 50 MB. */
const MOST_SPARES = 4;

/** A process that was started and waits for its work. */
export interface Waiting {
  child: ChildProcess;
  born: MachineTime;
}

type Program = Pick<LaunchSpec, 'command' | 'args' | 'env'>;

/** Starts a program that waits for work, as the leader of its own group. Throws if Node reports a failed start at once. */
export function startWaiting({ command, args, env }: Program): Waiting {
  const born = thisMoment();
  const child = spawn(command, args, {
    cwd: '/',
    env: { ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  // One that has ended meanwhile is no error of its pipe.
  child.stdio[WORK_DESCRIPTOR]?.on('error', () => undefined);
  return { child, born };
}

/** Gives a waiting process its work. The pipe stays open: with its end the process learns that this one has ended. */
export function handOver({ child }: Waiting, work: WorkMessage): void {
  const pipe = child.stdio[WORK_DESCRIPTOR];
  if (pipe instanceof Socket) pipe.resume().write(`${JSON.stringify(work)}\n`);
}

/** Processes that were started ahead of their attempts. They end with this process, since the pipe of their work does. */
export class Spares {
  readonly #waiting = new Map<string, { spare: Waiting; timer: NodeJS.Timeout }>();
  readonly #ending = new Set<Promise<unknown>>();
  #isClosed = false;

  /** Returns a process that runs the same program in the same environment and waits; null: there is none. */
  take(program: Program): Waiting | null {
    const key = keyOf(program);
    const found = this.#waiting.get(key);
    if (found === undefined) return null;
    clearTimeout(found.timer);
    this.#waiting.delete(key);
    if (hasEnded(found.spare)) return null;
    hold(found.spare.child, true);
    return found.spare;
  }

  /** Starts a process for the next attempt, unless one waits. Does not throw: the attempt would report what is wrong. */
  prepare(program: Program): void {
    const key = keyOf(program);
    if (this.#isClosed || this.#waiting.has(key)) return;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined && this.#waiting.size >= MOST_SPARES) this.#drop(oldest);
    let spare: Waiting;
    try {
      spare = startWaiting(program);
    } catch {
      return;
    }
    const forget = () => {
      if (this.#waiting.get(key)?.spare === spare) this.#drop(key);
    };
    const timer = setTimeout(forget, IDLE_MS);
    timer.unref();
    this.#waiting.set(key, { spare, timer });
    spare.child.once('error', forget).once('exit', forget);
    hold(spare.child, false);
  }

  /** Ends those that wait, and starts no more. Resolves when they have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const key of this.#waiting.keys()) this.#drop(key);
    await Promise.all(this.#ending);
  }

  #drop(key: string): void {
    const found = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (found === undefined) return;
    const { timer, spare } = found;
    clearTimeout(timer);
    if (hasEnded(spare)) return;
    // Its end is awaited, also where nothing else keeps this process running.
    hold(spare.child, true);
    const ended = once(spare.child, 'exit').finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
    spare.child.kill('SIGKILL');
  }
}

/** Whether it has ended, or was never started. */
function hasEnded({ child: { pid, exitCode, signalCode } }: Waiting): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

function keyOf({ command, args, env }: Program): string {
  const variables = Object.keys(env)
    .toSorted()
    .map((name) => [name, env[name]]);
  return JSON.stringify([command, args, variables]);
}

/** Whether a process and its pipes keep this process running. */
function hold(child: ChildProcess, holds: boolean): void {
  for (const one of [child, ...child.stdio])
    if (one === child || one instanceof Socket) (one as Socket)[holds ? 'ref' : 'unref']();
}
