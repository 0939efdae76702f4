import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answer, Question } from './messages.ts';

/** As it stands, or compiled. */
const PROGRAM = join(import.meta.dirname, `main${extname(import.meta.filename)}`);

/** After this time without an answer the thread counts as stuck, for example on a lost file system. Milliseconds. */
const STUCK_MS = 40_000;

/**
 * A thread without a scan is ended after this time, in milliseconds: what the scans of 200,000 files leave in its heap,
 * hundreds of megabytes, is not collected while it has nothing to do.
 */
const IDLE_MS = 10_000;

type Ask = Question extends infer Q ? (Q extends Question ? Omit<Q, 'id'> : never) : never;

/**
 * A thread that scans workspaces. It can be ended at any time, and ends by itself when it has nothing to do; then pending
 * calls are rejected.
 */
export class LookThread {
  readonly #worker = new Worker(PROGRAM);
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer['answer']>>();
  #last = 0;
  #isGone = false;
  #idle: NodeJS.Timeout | undefined;

  /** `idleMs`: ends the thread after this time without a scan. */
  constructor(idleMs = IDLE_MS) {
    // It does not keep the process alive.
    this.#worker.unref();
    this.#worker.on('message', ({ id, answer, open }: Answer) => {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
      if (open > 0 || this.#waiting.size > 0) return;
      const end = () => {
        this.end().catch(() => undefined);
      };
      this.#idle = setTimeout(end, idleMs).unref();
    });
    this.#worker.on('error', (error) => this.#fail(error as Error));
    this.#worker.on('exit', () => this.#fail(new Error('the thread that scans workspaces has ended')));
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Rejects if the thread has ended, or is stuck: then it is ended. */
  async ask(question: Ask): Promise<Answer['answer']> {
    if (this.#isGone) throw new Error('the thread that scans workspaces has ended');
    clearTimeout(this.#idle);
    this.#last += 1;
    const id = this.#last;
    const waiting = Promise.withResolvers<Answer['answer']>();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ id, ...question });
    const stuck = setTimeout(() => {
      this.#fail(new Error(`the scan did not end within ${String(STUCK_MS / 1000)} s`));
      this.end().catch(() => undefined);
    }, STUCK_MS);
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(stuck);
    }
  }

  async end(): Promise<void> {
    this.#isGone = true;
    clearTimeout(this.#idle);
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#isGone = true;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
