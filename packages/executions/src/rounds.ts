interface RoundsOptions {
  /** Milliseconds from the beginning of one round to that of the next. */
  everyMs: number;
  /** One round; `closed` is aborted when there is to be no further one, and a long round looks at it. */
  work: (closed: AbortSignal) => Promise<void>;
  /** Told of a round that failed; the next one tries again. */
  onError: (error: unknown) => void;
}

/** Does something every so often, and when it is asked to, but never twice at once. */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #closed = new AbortController();
  #working: Promise<void> | undefined;
  #isWorking = false;
  #again = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
    // A round that takes longer than that is not followed by another at once.
    this.#timer = setInterval(() => (this.#isWorking ? undefined : this.soon()), options.everyMs);
  }

  /** Begins a round now, or when the one that is under way has ended: what was done before this call is seen by one. */
  soon(): void {
    this.#again = true;
    if (!this.#isWorking) this.#working = this.#work();
  }

  /** Ends the timer; resolves when the rounds that were asked for are done. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#again) {
      this.#again = false;
      try {
        await this.#options.work(this.#closed.signal);
      } catch (error) {
        this.#options.onError(error);
      }
    }
    // In the same step as the last look at what was asked for: what is asked for from now on begins a round.
    this.#isWorking = false;
  }
}
