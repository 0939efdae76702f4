import { readRun, type Run } from '@cc-executor/foresight';

const MOST = 4096;

/** Reads runs, each text once: the same ones are asked for at each of their levels, and for each task again. */
export class KnownRuns {
  readonly #known = new Map<string, Run | null>();

  /** The run that a text says; null where it says none. */
  read(text: string): Run | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST) this.#known.clear();
    const run = readRun(text);
    this.#known.set(text, run);
    return run;
  }
}
