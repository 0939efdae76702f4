import { setImmediate as turn } from 'node:timers/promises';

/** How long one scan works before others get their turn, in milliseconds. */
const SLICE_MS = 20;

/** Divides long work into slices, between which other scans are served, and reports when it has taken too long. */
export class Pace {
  readonly #deadline: number;
  #sliceEnd = performance.now() + SLICE_MS;

  /** `ms`: the deadline of the work. */
  constructor(ms: number) {
    this.#deadline = performance.now() + ms;
  }

  get isOver(): boolean {
    return performance.now() > this.#deadline;
  }

  /** Await it between two steps; undefined: continue at once. */
  next(): Promise<void> | undefined {
    return performance.now() < this.#sliceEnd ? undefined : this.#pause();
  }

  async #pause(): Promise<void> {
    await turn();
    this.#sliceEnd = performance.now() + SLICE_MS;
  }
}
