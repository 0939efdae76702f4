import type { Pause } from '../agent.ts';

const NEWLINE = 10;
const MIB = 1024 * 1024;
/** The longest line that is accepted, in bytes: no message of an agent comes near it, with images in it. */
const MOST_BYTES = 64 * MIB;

/** Measures lines that are read elsewhere. */
export class LineMeter {
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** Throws, with the end of a sentence, for a line that is longer than any that is accepted. */
  add(chunk: Buffer): void {
    const last = chunk.lastIndexOf(NEWLINE);
    this.#bytes = last === -1 ? this.#bytes + chunk.length : chunk.length - last - 1;
    if (this.#bytes > this.#mostBytes)
      throw new Error(`it has a line of more than ${String(this.#mostBytes / MIB)} MiB`);
  }
}

/** Splits chunks at newlines. A line that is not complete at the end is dropped: its writer was ended in the middle of it. */
export class Lines {
  readonly #onLine: (line: string) => Pause;
  readonly #meter: LineMeter;
  #open: Buffer[] = [];

  /** `mostBytes`: of a line that is not complete at the end of a chunk. Default: 64 MiB. */
  constructor(onLine: (line: string) => Pause, mostBytes?: number) {
    this.#onLine = onLine;
    this.#meter = new LineMeter(mostBytes);
  }

  /** While a returned promise is pending, write no more; nor after it has thrown, for a line that is too long or by `onLine`. */
  write(chunk: Buffer): Pause {
    let from = 0;
    let pause: Pause;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      this.#open.push(chunk.subarray(from, at));
      const line = Buffer.concat(this.#open).toString();
      this.#open = [];
      from = at + 1;
      pause = this.#onLine(line) ?? pause;
    }
    if (from < chunk.length) this.#open.push(chunk.subarray(from));
    this.#meter.add(chunk);
    return pause;
  }
}
