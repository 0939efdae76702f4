import type { Pause } from '../agent.ts';

/**
 * Holds a writer back while the reader at the end of an unbounded queue is busy. The SDK reads as fast as it can, so
 * the process behind it only waits when it is fed no further.
 */
export class Appetite {
  #full: PromiseWithResolvers<void> | undefined;
  #asking: NodeJS.Immediate | undefined;

  /** The reader asks for the next one; what is queued already reaches it before the writer is let on. */
  async next<T>(ask: () => Promise<T>): Promise<T> {
    this.#asking = setImmediate(() => this.sated());
    const given = await ask();
    clearImmediate(this.#asking);
    this.#full ??= Promise.withResolvers();
    return given;
  }

  /** Holds nobody back any more, until the next `next`. */
  sated(): void {
    this.#full?.resolve();
    this.#full = undefined;
  }

  /** What the writer waits for. */
  wait(): Pause {
    return this.#full?.promise;
  }
}
