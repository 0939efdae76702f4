import { setImmediate as turn } from 'node:timers/promises';

/** How long one look works before others have their turn, in milliseconds. */
const SLICE_MS = 20;

/** Divides long work into slices, between which other looks are served, and tells when it has taken too long. */
export class Pace {
  readonly #deadline: number;
  #sliceEnd = performance.now() + SLICE_MS;

  /** `ms`: how long the work may take. */
  constructor(ms: number) {
    this.#deadline = performance.now() + ms;
  }

  get isOver(): boolean {
    return performance.now() > this.#deadline;
  }

  /** Await it between two steps; undefined: go on at once. */
  next(): Promise<void> | undefined {
    return performance.now() < this.#sliceEnd ? undefined : this.#pause();
  }

  async #pause(): Promise<void> {
    await turn();
    this.#sliceEnd = performance.now() + SLICE_MS;
  }
}
