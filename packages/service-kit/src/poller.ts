interface PollerOptions {
  /** The time from the start of one round to the start of the next, in milliseconds. */
  everyMs: number;
  /** Runs one round. `closed` is aborted when there will be no further one; a long round checks it. */
  work: (closed: AbortSignal) => Promise<void>;
  /** Called with the error of a failed round; the next one tries again. */
  onError: (error: unknown) => void;
}

/** Runs a function at intervals and on request, but never twice at once. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #closed = new AbortController();
  #working: Promise<void> | undefined;
  #isWorking = false;
  #again = false;

  constructor(options: PollerOptions) {
    this.#options = options;
    // A round that takes longer than the interval is not followed by another at once.
    this.#timer = setInterval(() => (this.#isWorking ? undefined : this.soon()), options.everyMs);
  }

  /** Starts a round now, or when the current one has ended: a round sees everything that was done before this call. */
  soon(): void {
    this.#again = true;
    if (!this.#isWorking) this.#working = this.#work();
  }

  /** Stops the timer. Resolves when the requested rounds are done. */
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
    // In the same step as the last check for requests: a later request starts a round.
    this.#isWorking = false;
  }
}
