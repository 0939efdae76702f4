import { backoff } from '@cc-executor/contracts/backoff';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ALIVE_MS, MUTE_MS } from './times.ts';

const PROGRAM = join(import.meta.dirname, `main${extname(import.meta.filename)}`);
/** A guardian that does not answer in this time counts as dead. Milliseconds. */
const ANSWER_MS = 2000;
/** A guardian that ends sooner than this has failed: the next one starts after a growing delay. Milliseconds. */
const SETTLED_MS = 10_000;
/** The delays between two starts, during which the worker has no guardian. Milliseconds. */
const RESTART_WAITS = { first: ALIVE_MS, longest: 30_000 };

/** How long after a standstill the ends of processes may be the guardian's doing. Milliseconds. */
const ODD_MS = 10_000;

type Child = ChildProcessByStdio<Writable, Readable, null>;

export interface GuardianOptions {
  /** The folder through which guardians and sweepers of all workers communicate; created if missing. */
  folder: string;
  worker: string;
  /**
   * Called when a sweeper requests an execution whose heartbeats it does not see. Returns true to give it up: nothing of it is
   * started here after that.
   */
  onWanted: (executionId: string, generation: number) => boolean;
  /**
   * Called at intervals while executions are held and no sign of life is written, so no sweeper can request them: what
   * Redis does not confirm must be given up and ended here.
   */
  onMute: () => void;
  /** Called when the guardian is lost, and when there is one again. */
  onChange?: (isThere: boolean) => void;
}

interface Watched {
  mark: string;
  executionId: string;
  /** The path of its cgroup; null: none. */
  cgroup: string | null;
}

/** The worker's side of its guardian: starts it, restarts it when it dies, and releases it when the worker ends. */
export class Guardian {
  readonly #options: GuardianOptions;
  readonly #watched = new Map<number, Watched>();
  readonly #answers = new Map<number, (ended: boolean) => void>();
  readonly #timer: NodeJS.Timeout;
  /** Undefined while there is no guardian. */
  #child: Child | undefined;
  #closed = false;
  #leases = 0;
  #startedAt = -Infinity;
  #failures = 0;
  #saidAt = performance.now();
  #oddAt = -Infinity;
  #tickedAt = performance.now();
  #isTold = true;
  #muteMs = 0;

  constructor(options: GuardianOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#start();
    this.#timer = setInterval(() => this.#tick(), ALIVE_MS);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Registers a process: from now on it, its group and what carries its mark are ended if the worker dies or freezes. */
  watch(pid: number, watched: Watched): void {
    this.#watched.set(pid, watched);
    this.#say(watchLine(pid, watched));
  }

  /** Unregisters a process of which nothing is left. */
  done(pid: number): void {
    this.#watched.delete(pid);
    this.#say(`done ${String(pid)}`);
  }

  /** Sets how many executions this worker holds: while there are some, the guardian writes signs of life. */
  setLeases(count: number): void {
    const isChange = count === 0 || this.#leases === 0;
    if (isChange) this.#muteMs = 0;
    this.#leases = count;
    if (isChange) this.#say(`leases ${String(count)}`);
  }

  /** True if the guardian may have ended something: this process stood still or gave something up just now. */
  get mayHaveEnded(): boolean {
    const now = performance.now();
    return now - this.#saidAt > ALIVE_MS * 2 || now - this.#oddAt < ODD_MS;
  }

  /** Returns whether the guardian ended it, because the worker was frozen. */
  async hasEnded(pid: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), ANSWER_MS);
    this.#answers.set(pid, resolve);
    this.#say(`asked ${String(pid)}`);
    const ended = await promise;
    clearTimeout(timer);
    this.#answers.delete(pid);
    return ended;
  }

  /** Releases the guardian, which ends what is still registered. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#child?.stdin.end();
  }

  get #isSettled(): boolean {
    return performance.now() - this.#startedAt >= SETTLED_MS;
  }

  #tick(): void {
    const now = performance.now();
    // A standstill of this process counts as one interval.
    const step = Math.min(now - this.#tickedAt, ALIVE_MS * 1.5);
    this.#tickedAt = now;
    if (this.#leases > 0 && (this.#muteMs += step) > MUTE_MS) this.#options.onMute();
    if (this.#child === undefined) {
      if (now - this.#startedAt >= backoff(this.#failures, RESTART_WAITS)) this.#start();
      return;
    }
    if (now - this.#saidAt > ALIVE_MS * 2) this.#oddAt = now;
    this.#saidAt = now;
    this.#say('alive');
    if (!this.#isTold && this.#isSettled) this.#tell(true);
  }

  #start(): void {
    this.#startedAt = performance.now();
    let child: Child;
    try {
      child = this.#spawn();
    } catch {
      return this.#gone();
    }
    this.#child = child;
    const gone = () => {
      if (this.#child === child) this.#gone();
    };
    // `error`: it could not be started.
    child.once('exit', gone).once('error', gone);
    if (this.#leases > 0) this.#say(`leases ${String(this.#leases)}`);
    for (const [pid, watched] of this.#watched) this.#say(watchLine(pid, watched));
  }

  #spawn(): Child {
    const { folder, worker } = this.#options;
    // Node puts a folder for its version into the one that it is given.
    const cache = getCompileCacheDir();
    // Its own session, so that no signal for the worker's group reaches it.
    const child = spawn(process.execPath, [PROGRAM, folder, worker], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) },
    });
    child.stdin.on('error', () => undefined);
    child.unref();
    createInterface({ input: child.stdout }).on('line', (line) => this.#take(line));
    return child;
  }

  #take(line: string): void {
    const [word, subject = '', detail = ''] = line.split(' ');
    if (word === 'answer') this.#answers.get(Number(subject))?.(detail === 'true');
    if (word === 'signed') this.#muteMs = 0;
    if (word !== 'wanted') return;
    this.#oddAt = performance.now();
    const yields = this.#options.onWanted(decodeURIComponent(subject), Number(detail));
    this.#say(`${yields ? 'yields' : 'keeps'} ${subject} ${detail}`);
  }

  #gone(): void {
    this.#child = undefined;
    if (this.#closed) return;
    this.#failures = this.#isSettled ? 0 : this.#failures + 1;
    if (this.#failures === 0) return this.#start();
    if (this.#isTold && this.#failures > 1) this.#tell(false);
  }

  #tell(isThere: boolean): void {
    this.#isTold = isThere;
    this.#options.onChange?.(isThere);
  }

  #say(line: string): void {
    this.#child?.stdin.write(`${line}\n`);
  }
}

function watchLine(pid: number, { mark, executionId, cgroup }: Watched): string {
  return `watch ${String(pid)} ${mark} ${encodeURIComponent(executionId)} ${encodeURIComponent(cgroup ?? '')}`;
}
