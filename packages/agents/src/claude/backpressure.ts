import type { Pause } from '../agent.ts';

/**
 * Applies backpressure across an unbounded queue. The SDK reads as fast as it can, so
 * the process behind it only waits when its output is no longer read.
 */
export class Backpressure {
  #full: PromiseWithResolvers<void> | undefined;
  #asking: NodeJS.Immediate | undefined;

  /** Called when the reader wants the next message. Queued messages reach it before the writer continues. */
  async next<T>(ask: () => Promise<T>): Promise<T> {
    this.#asking = setImmediate(() => this.release());
    const given = await ask();
    clearImmediate(this.#asking);
    this.#full ??= Promise.withResolvers();
    return given;
  }

  /** Stops holding the writer back, until `next` is called again. */
  release(): void {
    this.#full?.resolve();
    this.#full = undefined;
  }

  /** Resolves when the writer may continue. */
  wait(): Pause {
    return this.#full?.promise;
  }
}
