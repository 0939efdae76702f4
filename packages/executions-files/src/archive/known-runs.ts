/** The number of entries; each has a few hundred bytes. */
const MOST = 10_000;

/** Remembers which execution a file belongs to, by the file's identity. The oldest entries are dropped first. */
export class KnownRuns {
  readonly #runs = new Map<string, string>();

  has(file: string): boolean {
    return this.#runs.has(file);
  }

  get(file: string): string | undefined {
    return this.#runs.get(file);
  }

  set(file: string, run: string): void {
    this.#runs.set(file, run);
    const [oldest] = this.#runs.keys();
    if (oldest !== undefined && this.#runs.size > MOST) this.#runs.delete(oldest);
  }
}
