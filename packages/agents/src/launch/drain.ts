import type { Readable } from 'node:stream';
import type { Pause } from '../agent.ts';

/** A pipe that is silent for this long after its writers have ended is held open by a process that is not ours. */
const IDLE_MS = 200;
/**
 * More than a pipe and Node buffer together (some 300 KiB by default): what follows this much, when all writers have
 * ended, is written by a process that is not ours.
 */
const MOST_LEFT_BYTES = 8 * 1024 * 1024;

/**
 * Reads a stream to its end and hands over each chunk, the first one when `after` has resolved. While a returned promise is
 * pending nothing is read, so that the pipe fills and the process waits.
 */
export class Drain {
  readonly #stream: Readable;
  readonly #closed: Promise<void>;
  #pausing: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #chunks = 0;
  #finishing = false;
  #left = MOST_LEFT_BYTES;

  constructor(stream: Readable, onChunk: (chunk: Buffer) => Pause, after?: Promise<void>) {
    let first = after;
    this.#stream = stream;
    this.#closed = new Promise((resolve) => stream.once('close', resolve));
    stream.on('error', () => stream.destroy());
    stream.on('data', (chunk: Buffer) => {
      this.#idle?.refresh();
      this.#chunks += 1;
      if (this.#finishing && (this.#left -= chunk.length) < 0) this.#stream.destroy();
      const pause = first === undefined ? onChunk(chunk) : first.then(() => onChunk(chunk));
      first = undefined;
      if (pause) this.#pauseFor(pause);
    });
  }

  /** Call it when the processes have ended. Resolves when all their output is handed over. */
  async finish(): Promise<void> {
    this.#finishing = true;
    this.#idle = setTimeout(() => this.#giveUp(), IDLE_MS);
    await this.#closed;
    clearTimeout(this.#idle);
    await this.#pausing;
  }

  #pauseFor(pause: Promise<void>): void {
    this.#stream.pause();
    // A failing reader does not block the others; what it means for the attempt is decided elsewhere.
    const over = pause.catch(() => undefined);
    this.#pausing = over.then(() => {
      this.#pausing = undefined;
      this.#stream.resume();
    });
  }

  #giveUp(): void {
    // Buffered data is read first: after a standstill of this process all timers are due before it.
    const chunks = this.#chunks;
    setImmediate(() => {
      if (this.#pausing) this.#idle?.refresh();
      else if (this.#chunks === chunks) this.#stream.destroy();
    });
  }
}
