import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Guardian } from './guardian/guardian.ts';
import {
  SECRET_DESCRIPTOR,
  type Exit,
  type Launch,
  type LaunchedProcess,
  type LaunchSpec,
} from './launch.ts';
import { notStarted } from './not-started.ts';
import { sendSignal } from './send-signal.ts';
import { MARK, SURE_AFTER, survivors, type Survivors } from './survivors.ts';

/** Starts processes of this machine, each as the leader of a group of its own. */
export class LocalLauncher {
  readonly #running = new Set<LocalProcess>();
  readonly #guardian: Guardian | null;

  /** With a guardian, what is launched does not outlive this process, however it ends. */
  constructor(guardian: Guardian | null = null) {
    this.#guardian = guardian;
  }

  readonly launch: Launch = (spec) => {
    try {
      const started = new LocalProcess(spec, this.#guardian);
      this.#running.add(started);
      void started.exited.then(() => this.#running.delete(started));
      return started;
    } catch (error) {
      // Node tells some faults of a start at once, and others later.
      return notStarted(error as Error);
    }
  };

  /** For a process that ends at once: ends all that it has started, without asking. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#running].map((started) => started.end(0)));
  }
}

class LocalProcess implements LaunchedProcess {
  readonly spawned: Promise<{ pid: number; pgid: number }>;
  readonly exited: Promise<Exit>;
  readonly stdin;
  readonly stdout;
  readonly stderr;
  readonly #child: ChildProcess;
  readonly #mark = randomUUID();
  readonly #startedAt = performance.now();
  #ending: Promise<void> | undefined;
  #deadline = Infinity;
  #paused = false;
  readonly #guardian: Guardian | null;

  constructor(spec: LaunchSpec, guardian: Guardian | null) {
    const child = start(spec, this.#mark);
    this.#child = child;
    this.#guardian = guardian;
    if (child.pid !== undefined) guardian?.watch(child.pid, this.#mark);
    this.stdin = child.stdin;
    // A process that could not be started has no streams; these end at once.
    this.stdout = child.stdout ?? new PassThrough().end();
    this.stderr = child.stderr ?? new PassThrough().end();
    this.exited = exitOf(child, guardian);
    this.spawned =
      child.pid === undefined
        ? once(child, 'error').then(([error]) => Promise.reject(error as Error))
        : Promise.resolve({ pid: child.pid, pgid: child.pid });
    this.spawned.catch(() => undefined);
  }

  signal(signal: NodeJS.Signals): boolean {
    return sendSignal(-(this.#child.pid ?? 0), signal);
  }

  async pause(): Promise<void> {
    this.#paused = true;
    const stopped = new Set<number>();
    // Until a look finds nothing new: a process that was just being started may have escaped the one before.
    for (let found = 1; found > 0 && this.#paused;) {
      const { pids } = await this.#survivors();
      const running = pids.filter((pid) => !stopped.has(pid));
      found = running.length;
      for (const pid of running) {
        stopped.add(pid);
        sendSignal(pid, 'SIGSTOP');
      }
    }
  }

  async resume(): Promise<void> {
    this.#paused = false;
    for (const pid of (await this.#survivors()).pids) sendSignal(pid, 'SIGCONT');
  }

  end(graceMs: number): Promise<void> {
    this.#deadline = Math.min(this.#deadline, performance.now() + graceMs);
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    if (this.#child.pid === undefined) return;
    this.#paused = false;
    const asked = new Set<number>();
    let quiet = 0;
    for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
      const { pids, unsure } = await this.#survivors();
      quiet = pids.length === 0 ? quiet + 1 : 0;
      if (quiet >= (unsure || asked.size > 0 ? SURE_AFTER : 1)) break;
      const force = performance.now() >= this.#deadline;
      for (const pid of pids) {
        if (!force && asked.has(pid)) continue;
        asked.add(pid);
        sendSignal(pid, force ? 'SIGKILL' : 'SIGTERM');
        // A stopped process gets a polite signal only when it goes on.
        if (!force) sendSignal(pid, 'SIGCONT');
      }
      await delay(wait);
    }
    await this.exited;
    this.#guardian?.done(this.#child.pid);
  }

  async #survivors(): Promise<Survivors> {
    const { pid } = this.#child;
    if (pid === undefined) return { pids: [], unsure: false };
    return await survivors(pid, this.#mark, performance.now() - this.#startedAt);
  }
}

function start(spec: LaunchSpec, mark: string): ChildProcess {
  const { secret = null } = spec;
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: { ...spec.env, [MARK]: mark },
    detached: true,
    stdio: [
      spec.stdin === 'pipe' ? 'pipe' : 'ignore',
      'pipe',
      'pipe',
      ...(secret === null ? [] : (['pipe'] as const)),
    ],
  });
  if (secret !== null) hand(child.stdio[SECRET_DESCRIPTOR], secret);
  return child;
}

/** A process that never reads its secret, or was not even started, is no fault of the pipe. */
function hand(pipe: ChildProcess['stdio'][number] | undefined, secret: string): void {
  if (!(pipe instanceof Writable)) return;
  pipe.on('error', () => undefined).end(secret);
}

async function exitOf(child: ChildProcess, guardian: Guardian | null): Promise<Exit> {
  const { promise, resolve } = Promise.withResolvers<Omit<Exit, 'byGuardian'>>();
  child.once('exit', (code, signal) => resolve({ code, signal }));
  child.once('error', () => child.pid === undefined && resolve({ code: null, signal: null }));
  const exit = await promise;
  // Only a worker that was frozen and has just woken up can meet this: its guardian took it for dead.
  const byGuardian =
    exit.signal === 'SIGKILL' && child.pid !== undefined && (await guardian?.hasEnded(child.pid)) === true;
  return { ...exit, byGuardian };
}
