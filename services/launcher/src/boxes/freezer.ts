/** The reasons for which the processes of a container are frozen. */
interface Reasons {
  /** Somebody has paused it. */
  paused: boolean;
  /** Its reader is slow. */
  held: boolean;
}

/** Keeps the processes of a container frozen as long as there is a reason. */
export class Freezer {
  readonly #freeze: (frozen: boolean) => Promise<boolean>;
  #reasons: Reasons = { paused: false, held: false };
  #isFrozen = false;
  #settling: Promise<void> | undefined;

  /** `freeze`: freezes or resumes them; false: that could not be done. Never rejects. */
  constructor(freeze: (frozen: boolean) => Promise<boolean>) {
    this.#freeze = freeze;
  }

  /** Adds or removes reasons. Returns whether the processes are as they should be. Never rejects. */
  async set(reasons: Partial<Reasons>): Promise<boolean> {
    this.#reasons = { ...this.#reasons, ...reasons };
    this.#settling ??= this.#settle().finally(() => (this.#settling = undefined));
    await this.#settling;
    return this.#isFrozen === this.#isWanted();
  }

  #isWanted(): boolean {
    return this.#reasons.paused || this.#reasons.held;
  }

  async #settle(): Promise<void> {
    for (let frozen = this.#isWanted(); frozen !== this.#isFrozen; frozen = this.#isWanted()) {
      if (!(await this.#freeze(frozen))) return;
      this.#isFrozen = frozen;
    }
  }
}
