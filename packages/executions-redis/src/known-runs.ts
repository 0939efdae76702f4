import { readRun, type Run } from '@cc-executor/forecast';

const MOST = 4096;

/** Parses runs, each text once: the same runs are read at each of their levels, and again for each task. */
export class KnownRuns {
  readonly #known = new Map<string, Run | null>();

  /** Returns the run that a text encodes; null if it is not a run. */
  read(text: string): Run | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST) this.#known.clear();
    const run = readRun(text);
    this.#known.set(text, run);
    return run;
  }
}
