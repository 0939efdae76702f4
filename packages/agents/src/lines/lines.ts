import type { Pause } from '../agent.ts';

const NEWLINE = 10;

/** Splits chunks at newlines. A line that is not complete at the end is dropped: its writer was ended in the middle of it. */
export class Lines {
  readonly #onLine: (line: string) => Pause;
  #open: Buffer[] = [];

  constructor(onLine: (line: string) => Pause) {
    this.#onLine = onLine;
  }

  /** While a returned promise is pending, write no more. */
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
    return pause;
  }
}
