import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

const PROGRAM = join(import.meta.dirname, `main${extname(import.meta.filename)}`);
/** Several of these fit into the silence after which the guardian takes its worker for frozen. Milliseconds. */
const ALIVE_MS = 1000;
/** A guardian that does not answer in this time is taken for gone. Milliseconds. */
const ANSWER_MS = 2000;

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** A worker's side of its guardian: started with it, started again when it dies, and let go at the worker's end. */
export class Guardian {
  readonly #watched = new Map<number, string>();
  readonly #answers = new Map<number, (ended: boolean) => void>();
  readonly #timer: NodeJS.Timeout;
  /** Undefined while none could be started, as on a machine without memory. */
  #child: Child | undefined;
  #closed = false;

  constructor() {
    this.#child = this.#start();
    this.#timer = setInterval(() => {
      if (this.#child) this.#say('alive');
      else this.#startAgain();
    }, ALIVE_MS);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** From now on this process, its group and what carries its mark are ended when the worker is gone or frozen. */
  watch(pid: number, mark: string): void {
    this.#watched.set(pid, mark);
    this.#say(`watch ${String(pid)} ${mark}`);
  }

  /** Nothing of it is left. */
  done(pid: number): void {
    this.#watched.delete(pid);
    this.#say(`done ${String(pid)}`);
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

  #start(): Child {
    // A session of its own, so that no signal for the worker's group reaches it.
    const child = spawn(process.execPath, [PROGRAM], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
    });
    child.stdin.on('error', () => undefined);
    child.unref();
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [word, pid, ended] = line.split(' ');
      if (word === 'answer') this.#answers.get(Number(pid))?.(ended === 'true');
    });
    child.once('exit', () => {
      if (!this.#closed) this.#startAgain();
    });
    // It could not be started.
    child.once('error', () => (this.#child = undefined));
    return child;
  }

  #startAgain(): void {
    try {
      this.#child = this.#start();
    } catch {
      this.#child = undefined;
    }
    for (const [pid, mark] of this.#watched) this.#say(`watch ${String(pid)} ${mark}`);
  }

  #say(line: string): void {
    this.#child?.stdin.write(`${line}\n`);
  }
}
