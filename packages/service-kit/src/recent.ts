/** Caches a frequent answer: returns it while it is fresh, and refreshes it before it is too old. */
export class Recent<T> {
  readonly #ask: () => Promise<T>;
  readonly #youngMs: number;
  readonly #isKept: (answer: T) => boolean;
  #last: { answer: T; at: number } | undefined;
  #asking: Promise<T> | undefined;

  /**
   * An answer is fresh for `youngMs`; a call in its second half starts a refresh. An answer that `isKept`
   * rejects is returned only to the callers that waited for it.
   */
  constructor(ask: () => Promise<T>, youngMs: number, isKept: (answer: T) => boolean = () => true) {
    this.#ask = ask;
    this.#youngMs = youngMs;
    this.#isKept = isKept;
  }

  /** Rejects if fetching rejects; then nothing is cached. */
  async get(): Promise<T> {
    const age = this.#last ? performance.now() - this.#last.at : Infinity;
    if (this.#last && age < this.#youngMs) {
      if (age > this.#youngMs / 2) this.#fetch().catch(() => undefined);
      return this.#last.answer;
    }
    return await this.#fetch();
  }

  #fetch(): Promise<T> {
    this.#asking ??= this.#ask()
      .then((answer) => {
        this.#last = this.#isKept(answer) ? { answer, at: performance.now() } : undefined;
        return answer;
      })
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }
}
