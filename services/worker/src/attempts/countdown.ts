/** The longest step, in milliseconds: what a process that was frozen or asleep missed beyond it is not counted. */
const STEP_MS = 1000;

/**
 * Counts time that was really lived through: in small steps of the monotonic clock, each of which counts little more
 * than itself. So a laptop that slept or a process that was stopped costs a task nothing of its time.
 */
export class Countdown {
  readonly #totalMs: number;
  readonly #onEnd: () => void;
  /** While it gives true, no time is counted. */
  readonly #isHeld: () => boolean;
  #leftMs: number;
  #stopped = false;
  /** From when on time is counted in this step. */
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(seconds: number, onEnd: () => void, isHeld: () => boolean = () => false) {
    this.#totalMs = seconds * 1000;
    this.#leftMs = this.#totalMs;
    this.#onEnd = onEnd;
    this.#isHeld = isHeld;
    this.#step();
  }

  /** Begins anew, also when it had ended; not when it was stopped. */
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
