/** An answer that is asked for often: given at once while it is young, and asked for anew before it is too old. */
export class Recent<T> {
  readonly #ask: () => Promise<T>;
  readonly #youngMs: number;
  readonly #isKept: (answer: T) => boolean;
  #last: { answer: T; at: number } | undefined;
  #asking: Promise<T> | undefined;

  /**
   * An answer is given for `youngMs`; asked for in its second half, the next one is fetched meanwhile. One that `isKept`
   * rules out is given to those alone who waited for it.
   */
  constructor(ask: () => Promise<T>, youngMs: number, isKept: (answer: T) => boolean = () => true) {
    this.#ask = ask;
    this.#youngMs = youngMs;
    this.#isKept = isKept;
  }

  /** Rejects with what asking rejects with; then nothing is kept. */
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
