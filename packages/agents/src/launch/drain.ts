import type { Readable } from 'node:stream';
import type { Pause } from '../agent.ts';

/** A pipe without a word for so long, after its writers are gone, is held open by a process that is not ours. */
const IDLE_MS = 200;

/**
 * Reads a stream to its end and hands over each chunk. While a returned promise is pending nothing is read, so that
 * the pipe fills and the process waits.
 */
export class Drain {
  readonly #stream: Readable;
  readonly #closed: Promise<void>;
  #pausing: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #chunks = 0;

  constructor(stream: Readable, onChunk: (chunk: Buffer) => Pause) {
    this.#stream = stream;
    this.#closed = new Promise((resolve) => stream.once('close', resolve));
    stream.on('error', () => stream.destroy());
    stream.on('data', (chunk: Buffer) => {
      this.#idle?.refresh();
      this.#chunks += 1;
      const pause = onChunk(chunk);
      if (pause) this.#pauseFor(pause);
    });
  }

  /** Call it when the processes are gone: resolves when all that they wrote has been handed over. */
  async finish(): Promise<void> {
    this.#idle = setTimeout(() => this.#giveUp(), IDLE_MS);
    await this.#closed;
    clearTimeout(this.#idle);
    await this.#pausing;
  }

  #pauseFor(pause: Promise<void>): void {
    this.#stream.pause();
    this.#pausing = pause.then(() => {
      this.#pausing = undefined;
      this.#stream.resume();
    });
  }

  #giveUp(): void {
    // What has come is read first: after a standstill of this process all timers are due before that.
    const chunks = this.#chunks;
    setImmediate(() => {
      if (this.#pausing) this.#idle?.refresh();
      else if (this.#chunks === chunks) this.#stream.destroy();
    });
  }
}
