/** So many are remembered; each is a few hundred bytes. */
const MOST = 10_000;

/** Remembers which run a file is of, by what tells it from all other files; what was learnt first is forgotten first. */
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
