const HOUR_MS = 3600_000;
/** How long a clock has to go without a jump: it is set right minutes after the network is there. Milliseconds. */
const STEADY_MS = HOUR_MS;
/** More than the sleep of a night; in milliseconds. */
const JUMP_MS = 24 * HOUR_MS;

/** Observes the clock of the machine, for what can't be undone if that was wrong: after a start, or a jump, it may be. */
export class SteadyClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  #last: { wall: number; monotonic: number };
  #since: number;

  /** Both in milliseconds; default: those of this process. */
  constructor(wall = () => Date.now(), monotonic = () => performance.now()) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#last = { wall: wall(), monotonic: monotonic() };
    this.#since = this.#last.monotonic;
  }

  /** Returns whether the clock has gone steadily for an hour. Call it more often than it may jump. */
  isSteady(): boolean {
    const now = { wall: this.#wall(), monotonic: this.#monotonic() };
    const jump = now.wall - this.#last.wall - (now.monotonic - this.#last.monotonic);
    if (Math.abs(jump) > JUMP_MS) this.#since = now.monotonic;
    this.#last = now;
    return now.monotonic - this.#since >= STEADY_MS;
  }
}
