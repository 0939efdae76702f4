import { Worker } from 'node:worker_threads';
import { fromPlain } from './plain-error.ts';
import type { ThreadAnswer } from './serve.ts';

/**
 * A thread that has nothing to do is ended after this time, in milliseconds: what work on 200,000 files leaves in its heap,
 * hundreds of megabytes, is not collected while it has nothing to do.
 */
const IDLE_MS = 10_000;

export interface AskedThreadOptions {
  /** The module that it runs, which calls `serve`: an absolute path. */
  program: string;
  /** Its purpose, for messages. */
  what: string;
  /** After this time without an answer it counts as stuck, and is ended, in milliseconds. Default: never. */
  stuckMs?: number;
  /** Ends it after this time with nothing to do, in milliseconds. Default: 10 s. */
  idleMs?: number;
}

/**
 * A thread that answers questions. It can be ended at any time, and ends by itself when it has nothing to do; then pending
 * questions are rejected. It keeps the process alive while a question waits for its answer.
 */
export class AskedThread<Q> {
  readonly #options: AskedThreadOptions;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #last = 0;
  #isGone = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: AskedThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(options.program);
    this.#worker.unref();
    this.#worker.on('message', (answered: ThreadAnswer) => {
      this.#settle(answered);
    });
    this.#worker.on('error', (error) => this.#fail(error as Error));
    this.#worker.on('exit', () => this.#fail(this.#ended()));
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Rejects with the error of the answer, if the thread has ended, or is stuck. */
  async ask<A>(question: Q): Promise<A> {
    if (this.#isGone) throw this.#ended();
    clearTimeout(this.#idle);
    this.#last += 1;
    const id = this.#last;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#worker.ref();
    const stuck = this.#watch();
    try {
      this.#worker.postMessage({ id, question });
      return (await waiting.promise) as A;
    } finally {
      this.#waiting.delete(id);
      clearTimeout(stuck);
      if (this.#waiting.size === 0) this.#worker.unref();
    }
  }

  async end(): Promise<void> {
    this.#isGone = true;
    clearTimeout(this.#idle);
    await this.#worker.terminate();
  }

  #settle({ id, answer, failure, held }: ThreadAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (failure) waiting?.reject(fromPlain(failure));
    else waiting?.resolve(answer);
    if (held > 0 || this.#waiting.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#endNow(), this.#options.idleMs ?? IDLE_MS).unref();
  }

  #watch(): NodeJS.Timeout | undefined {
    const { stuckMs, what } = this.#options;
    if (stuckMs === undefined) return undefined;
    return setTimeout(() => {
      this.#fail(new Error(`${what} did not end within ${String(stuckMs / 1000)} s`));
      this.#endNow();
    }, stuckMs);
  }

  #endNow(): void {
    this.end().catch(() => undefined);
  }

  #ended(): Error {
    return new Error(`the thread for ${this.#options.what} has ended`);
  }

  #fail(error: Error): void {
    this.#isGone = true;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
