import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ALIVE_MS, MUTE_MS } from './times.ts';

const PROGRAM = join(import.meta.dirname, `main${extname(import.meta.filename)}`);
/** A guardian that does not answer in this time is taken for gone. Milliseconds. */
const ANSWER_MS = 2000;
/** A guardian that ends sooner than this did not work: the next one is started later, each time later. Milliseconds. */
const SETTLED_MS = 10_000;
/** The longest time between two starts: the longest that a worker is without one. Milliseconds. */
const MOST_BACKOFF_MS = 30_000;

/** For so long after a standstill ends of processes are met that the guardian has brought about. Milliseconds. */
const ODD_MS = 10_000;

type Child = ChildProcessByStdio<Writable, Readable, null>;

export interface GuardianOptions {
  /** The folder in which guardians and sweepers of all workers meet; it is made if it is not there. */
  folder: string;
  worker: string;
  /**
   * Called when a sweeper asks for an execution whose heartbeats it does not see. True gives it up: nothing of it is
   * started here from then on.
   */
  onWanted: (executionId: string, generation: number) => boolean;
  /**
   * Called again and again while executions are held and no sign of life is given, so that no sweeper can ask for them: what
   * Redis does not confirm is to be given up, and ended here.
   */
  onMute: () => void;
  /** Called when there is no guardian, or one again. */
  onChange?: (isThere: boolean) => void;
}

interface Watched {
  mark: string;
  executionId: string;
  /** The path of its cgroup; null: it has none. */
  cgroup: string | null;
}

/** A worker's side of its guardian: started with it, started again when it dies, and let go at the worker's end. */
export class Guardian {
  readonly #options: GuardianOptions;
  readonly #watched = new Map<number, Watched>();
  readonly #answers = new Map<number, (ended: boolean) => void>();
  readonly #timer: NodeJS.Timeout;
  /** Undefined while there is none. */
  #child: Child | undefined;
  #closed = false;
  #holds = 0;
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

  /** From now on this process, its group and what carries its mark are ended when the worker is gone or frozen. */
  watch(pid: number, watched: Watched): void {
    this.#watched.set(pid, watched);
    this.#say(watchLine(pid, watched));
  }

  /** Nothing of it is left. */
  done(pid: number): void {
    this.#watched.delete(pid);
    this.#say(`done ${String(pid)}`);
  }

  /** How many executions this worker holds: while there are some, the guardian says that it lives. */
  setHolds(count: number): void {
    const isChange = count === 0 || this.#holds === 0;
    if (isChange) this.#muteMs = 0;
    this.#holds = count;
    if (isChange) this.#say(`holds ${String(count)}`);
  }

  /** True when it can be that the guardian has ended something: this process stood still, or gave something up, just now. */
  get mayHaveEnded(): boolean {
    const now = performance.now();
    return now - this.#saidAt > ALIVE_MS * 2 || now - this.#oddAt < ODD_MS;
  }

  /** True when the guardian has ended it, because the worker was frozen. */
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

  /** Lets the guardian go; it ends what is still watched. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#child?.stdin.end();
  }

  get #isSettled(): boolean {
    return performance.now() - this.#startedAt >= SETTLED_MS;
  }

  get #backoffMs(): number {
    return this.#failures === 0 ? 0 : Math.min(ALIVE_MS * 2 ** (this.#failures - 1), MOST_BACKOFF_MS);
  }

  #tick(): void {
    const now = performance.now();
    // A standstill of this process counts as one step only.
    const step = Math.min(now - this.#tickedAt, ALIVE_MS * 1.5);
    this.#tickedAt = now;
    if (this.#holds > 0 && (this.#muteMs += step) > MUTE_MS) this.#options.onMute();
    if (this.#child === undefined) {
      if (now - this.#startedAt >= this.#backoffMs) this.#start();
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
    if (this.#holds > 0) this.#say(`holds ${String(this.#holds)}`);
    for (const [pid, watched] of this.#watched) this.#say(watchLine(pid, watched));
  }

  #spawn(): Child {
    const { folder, worker } = this.#options;
    // A session of its own, so that no signal for the worker's group reaches it.
    const child = spawn(process.execPath, [PROGRAM, folder, worker], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
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
