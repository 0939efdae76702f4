import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { entered, removeCgroup, removed } from './cgroup/cgroup.ts';
import type { Cgroups } from './cgroup/cgroups.ts';
import { into, startable } from './cgroup/into.ts';
import { endProcesses } from './end-processes.ts';
import type { Guardian } from './guardian/guardian.ts';
import { inFolder } from './in-folder.ts';
import type { Exit, LaunchedProcess, LaunchSpec, Started } from './launch.ts';
import type { LeftProcess } from './left-process.ts';
import { whyNotStarted } from './why-not-started.ts';
import { sendSignal } from './send-signal.ts';
import { handOver, startWaiting, type Spares, type Waiting } from './spares.ts';
import { EXECUTION, MARK, survivors, thisMoment, type MachineTime, type Survivors } from './survivors.ts';

export interface LocalLauncherOptions {
  /** With a guardian, launched processes do not outlive this process, however it ends. */
  guardian?: Guardian;
  /** Creates a cgroup for each process tree. */
  cgroups?: Cgroups | null;
  /** Whether programs that wait for work are started ahead of the next attempt. Default: false. */
  startsAhead?: boolean;
  /** Called with the processes that could not be ended. */
  onLeft?: (left: readonly LeftProcess[]) => void;
}

const STOOD_STILL = {
  outcome: 'worker_lost',
  message: 'Its worker did not respond and was treated as dead.',
} as const;

/** The descriptor of a process's secret: the first one without another meaning. */
const SECRET_DESCRIPTOR = 3;

/** A process of this machine with all its descendants. Throws if Node reports a failed start at once. */
export class LocalProcess implements LaunchedProcess {
  /** The execution for which it runs; empty: none. */
  readonly executionId: string;
  readonly started: Promise<Started>;
  readonly exited: Promise<Exit>;
  readonly stdin;
  readonly stdout;
  readonly stderr;
  readonly #child: ChildProcess;
  readonly #mark = randomUUID();
  /** The path of its cgroup; null: none. */
  readonly #cgroup: string | null;
  readonly ahead?: () => void;
  readonly #born: MachineTime;
  readonly #options: LocalLauncherOptions;
  readonly #givenUp = Promise.withResolvers<Exit>();
  #ending: Promise<readonly LeftProcess[]> | undefined;
  #deadline = Infinity;
  #paused = false;

  constructor(spec: LaunchSpec, options: LocalLauncherOptions, spares: Spares | null = null) {
    const { guardian, cgroups = null } = options;
    const { work = null } = spec;
    this.executionId = { ...spec.env, ...work?.variables }[EXECUTION] ?? '';
    const now = thisMoment();
    const waiting = work === null ? null : waitingFor(spec, spares);
    if (waiting === null) ({ child: this.#child, cgroup: this.#cgroup } = this.#startNow(spec, cgroups));
    else {
      this.#child = waiting.child;
      this.#cgroup = this.#enter(cgroups);
    }
    const child = this.#child;
    this.#born = waiting?.born ?? now;
    this.#options = options;
    if (spares !== null && work !== null) this.ahead = () => spares.prepare(spec);
    if (child.pid !== undefined)
      guardian?.watch(child.pid, {
        mark: this.#mark,
        executionId: this.executionId,
        cgroup: this.#cgroup,
      });
    if (waiting !== null && work !== null) {
      const variables = { ...work.variables, [MARK]: this.#mark };
      handOver(waiting, { cwd: spec.cwd, variables, spec: work.spec });
    }
    this.stdin = child.stdin;
    // A process that could not be started has no streams; these substitutes end at once.
    this.stdout = child.stdout ?? new PassThrough().end();
    this.stderr = child.stderr ?? new PassThrough().end();
    this.exited = Promise.race([exitOf(child, guardian), this.#givenUp.promise]);
    this.started =
      child.pid === undefined
        ? once(child, 'error').then(([error]) => Promise.reject(whyNotStarted(spec, error as Error)))
        : Promise.resolve({ type: 'task.process', data: { pid: child.pid, pgid: child.pid } });
    this.started.catch(() => undefined);
  }

  #startNow(spec: LaunchSpec, cgroups: Cgroups | null): { child: ChildProcess; cgroup: string | null } {
    const program = cgroups ? startable(spec) : null;
    const cgroup = program === null ? null : (cgroups?.make(this.executionId, this.#mark) ?? null);
    try {
      return { child: start(inCgroup(spec, cgroup, program), this.#mark), cgroup };
    } catch (error) {
      if (cgroup !== null) removed(cgroup);
      throw error;
    }
  }

  /** Puts a process that has done nothing yet into a cgroup, and returns that; null: it has none. */
  #enter(cgroups: Cgroups | null): string | null {
    const { pid } = this.#child;
    const cgroup = pid === undefined ? null : (cgroups?.make(this.executionId, this.#mark) ?? null);
    if (cgroup === null || pid === undefined || entered(cgroup, pid)) return cgroup;
    removed(cgroup);
    return null;
  }

  async signal(signal: NodeJS.Signals): Promise<boolean> {
    return sendSignal(-(this.#child.pid ?? 0), signal) === 'sent';
  }

  async pause(): Promise<void> {
    this.#paused = true;
    const stopped = new Set<number>();
    // Repeats until a look finds nothing new: a process that was just being started may have escaped the look before.
    for (let found = 1; found > 0 && this.#paused;) {
      const { pids } = await this.#lookAgain();
      // Meanwhile it was resumed, or is being ended.
      if (!this.#paused) return;
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
    for (const pid of (await this.#lookAgain()).pids) sendSignal(pid, 'SIGCONT');
  }

  end(graceMs: number): Promise<readonly LeftProcess[]> {
    this.#deadline = Math.min(this.#deadline, performance.now() + graceMs);
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<readonly LeftProcess[]> {
    const { pid } = this.#child;
    if (this.#cgroup !== null && pid === undefined) removed(this.#cgroup);
    if (pid === undefined) return [];
    this.#paused = false;
    const left = await endProcesses({
      look: () => this.#look(),
      deadline: () => this.#deadline,
      cgroups: this.#cgroup === null ? [] : [this.#cgroup],
    });
    if (this.#cgroup !== null) await removeCgroup(this.#cgroup);
    if (left.length > 0) {
      // The first process may be among them: its exit is not awaited.
      this.#givenUp.resolve({ code: null, signal: null, because: null, note: null });
      this.#child.unref();
      this.#options.onLeft?.(left);
    }
    await this.exited;
    this.#options.guardian?.done(pid);
    return left;
  }

  /** Retries for some seconds if the system cannot list its processes; what is missed then keeps running. */
  async #lookAgain(): Promise<Survivors> {
    for (let tries = 0; tries < 100; tries++) {
      const found = await this.#look().catch(() => null);
      if (found !== null) return found;
      await delay(50);
    }
    return { pids: [], unsure: true };
  }

  async #look(): Promise<Survivors> {
    const { pid } = this.#child;
    if (pid === undefined) return { pids: [], unsure: false };
    const family = { leader: pid, mark: this.#mark, cgroup: this.#cgroup };
    return await survivors(family, this.#born);
  }
}

/** Throws if its folder is another one: then it is not given any work. */
function waitingFor(spec: LaunchSpec, spares: Spares | null): Waiting {
  inFolder(spec.cwd, () => undefined);
  return spares?.take(spec) ?? startWaiting(spec);
}

function inCgroup(spec: LaunchSpec, cgroup: string | null, program: string | null): LaunchSpec {
  return cgroup === null || program === null ? spec : { ...spec, ...into(cgroup, program, spec.args) };
}

function start(spec: LaunchSpec, mark: string): ChildProcess {
  if (spec.cwdIsReal !== true) return startIn(spec.cwd, spec, mark);
  return inFolder(spec.cwd, (folder) => startIn(folder, spec, mark));
}

function startIn(cwd: string, spec: LaunchSpec, mark: string): ChildProcess {
  const { secret = null } = spec;
  const child = spawn(spec.command, spec.args, {
    cwd,
    env: {
      ...spec.env,
      [MARK]: mark,
      ...(secret !== null && { [secret.variable]: String(SECRET_DESCRIPTOR) }),
    },
    detached: true,
    stdio: [
      spec.stdin === 'pipe' ? 'pipe' : 'ignore',
      'pipe',
      'pipe',
      ...(secret === null ? [] : (['pipe'] as const)),
    ],
  });
  if (secret !== null) hand(child.stdio[SECRET_DESCRIPTOR], secret.text);
  return child;
}

/** A process that never reads its secret, or was never started, is not an error of the pipe. */
function hand(pipe: ChildProcess['stdio'][number] | undefined, secret: string): void {
  if (!(pipe instanceof Writable)) return;
  pipe.on('error', () => undefined).end(secret);
}

async function exitOf(child: ChildProcess, guardian: Guardian | undefined): Promise<Exit> {
  const { promise, resolve } = Promise.withResolvers<Pick<Exit, 'code' | 'signal'>>();
  child.once('exit', (code, signal) => resolve({ code, signal }));
  child.once('error', () => child.pid === undefined && resolve({ code: null, signal: null }));
  const exit = await promise;
  // Only a worker that was frozen and has just continued can reach this: its guardian counted it as dead.
  const isOdd = exit.signal === 'SIGKILL' || exit.signal === 'SIGTERM' || guardian?.mayHaveEnded === true;
  const byGuardian = isOdd && child.pid !== undefined && (await guardian?.hasEnded(child.pid)) === true;
  return { ...exit, because: byGuardian ? STOOD_STILL : null, note: null };
}
