/**
 * How long the engine waits for the output that it has read after the end of a process, before it drops the rest. Milliseconds.
 * Source: Docker's daemon, in its handling of an exit.
 */
const GIVES_UP_MS = 2000;
/** It only drops output where a megabyte that it has read before waits; a margin is left. Bytes. */
const FULL_BYTES = 500_000;
/** The time between two records. Milliseconds. */
const STEP_MS = 100;
const MOST_NOTES = 600;

/** Records when output arrived: nothing else shows whether the engine may have dropped the end of it. */
export class Arrivals {
  readonly #notes: { at: number; bytes: number }[] = [];
  #bytes = 0;

  /** `at`: by the clock, in milliseconds. */
  add(bytes: number, at = Date.now()): void {
    this.#bytes += bytes;
    const last = this.#notes.at(-1);
    if (last !== undefined && at - last.at < STEP_MS) last.bytes = this.#bytes;
    else this.#notes.push({ at, bytes: this.#bytes });
    if (this.#notes.length > MOST_NOTES) this.#notes.shift();
  }

  /**
   * Returns whether the engine may have dropped output: it ended late, and much of it was read late. `finishedAt`: when the process
   * ended; `now`: when the output did. Both by the clock, in milliseconds.
   */
  mayLack(finishedAt: number, now: number): boolean {
    if (!(now - finishedAt >= GIVES_UP_MS)) return false;
    const before = this.#notes.findLast(({ at }) => at + STEP_MS <= finishedAt)?.bytes ?? 0;
    return this.#bytes - before >= FULL_BYTES;
  }
}
