/** The reasons for which the processes of a container are frozen. */
interface Reasons {
  /** Somebody has paused it. */
  paused: boolean;
  /** Its reader is slow. */
  held: boolean;
}

/** The delay before a call that failed is repeated. Milliseconds. */
const RETRY_MS = 500;

/** Keeps the processes of a container frozen as long as there is a reason. */
export class Freezer {
  readonly #freeze: (frozen: boolean) => Promise<boolean>;
  #reasons: Reasons = { paused: false, held: false };
  /** Null: unknown, because a call failed. An engine that answers too late has carried it out all the same. */
  #isFrozen: boolean | null = false;
  #settling: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isStopped = false;

  /**
   * `freeze`: freezes or resumes them, also if they are in that state already; false: that could not be done. Never rejects.
   */
  constructor(freeze: (frozen: boolean) => Promise<boolean>) {
    this.#freeze = freeze;
  }

  /**
   * Adds or removes reasons. Returns whether the processes are as they should be; where not, that is tried again until
   * they are. Never rejects.
   */
  async set(reasons: Partial<Reasons>): Promise<boolean> {
    this.#reasons = { ...this.#reasons, ...reasons };
    this.#settling ??= this.#settle().finally(() => (this.#settling = undefined));
    await this.#settling;
    return this.#isFrozen === this.#isWanted();
  }

  /** Changes nothing any more: the container is over. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
  }

  #isWanted(): boolean {
    return this.#reasons.paused || this.#reasons.held;
  }

  async #settle(): Promise<void> {
    clearTimeout(this.#retry);
    for (let frozen = this.#isWanted(); frozen !== this.#isFrozen; frozen = this.#isWanted()) {
      if (this.#isStopped) return;
      if (await this.#freeze(frozen)) {
        this.#isFrozen = frozen;
        continue;
      }
      this.#isFrozen = null;
      if (!this.#isStopped)
        this.#retry = setTimeout(() => {
          this.set({}).catch(() => undefined);
        }, RETRY_MS);
      return;
    }
  }
}
