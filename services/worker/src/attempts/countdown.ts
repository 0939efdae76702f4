/** The longest step, in milliseconds: longer standstills of a frozen or sleeping process do not count. */
const STEP_MS = 1000;

/**
 * Counts the time in which this process really ran: in small steps of the monotonic clock, each of which counts little more
 * than itself. So a laptop's sleep or a stopped process costs a task none of its time.
 */
export class Countdown {
  readonly #totalMs: number;
  readonly #onEnd: () => void;
  /** While it returns true, no time counts. */
  readonly #isHeld: () => boolean;
  #leftMs: number;
  #stopped = false;
  /** The start of the current step. */
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(seconds: number, onEnd: () => void, isHeld: () => boolean = () => false) {
    this.#totalMs = seconds * 1000;
    this.#leftMs = this.#totalMs;
    this.#onEnd = onEnd;
    this.#isHeld = isHeld;
    this.#step();
  }

  /** Restarts, also after its end, but not after a stop. */
  restart(): void {
    const hadEnded = this.#leftMs <= 0;
    this.#leftMs = this.#totalMs;
    this.#since = performance.now();
    if (hadEnded && !this.#stopped) this.#step();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #step(): void {
    const step = Math.min(this.#leftMs, STEP_MS);
    this.#since = performance.now();
    this.#timer = setTimeout(() => {
      const counted = Math.min(performance.now() - this.#since, step * 1.5);
      if (!this.#isHeld()) this.#leftMs -= counted;
      if (this.#leftMs <= 0) this.#onEnd();
      else this.#step();
    }, step);
  }
}
