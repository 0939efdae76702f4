import { abortable } from './abortable.ts';

const FIRST_MS = 100;
const LONGEST_MS = 5000;

/** Waits longer after each failure, up to five seconds; a random part keeps many clients from coming at once. */
export class Backoff {
  #failures = 0;
  #since: number | null = null;

  /** Called when something worked. */
  reset(): void {
    this.#failures = 0;
    this.#since = null;
  }

  /** Seconds since the first failure in a row, on a clock that no change of the time moves. */
  get failingFor(): number {
    return this.#since === null ? 0 : (performance.now() - this.#since) / 1000;
  }

  /** Resolves after the pause; rejects with the abort's reason. */
  async pause(signal: AbortSignal | undefined): Promise<void> {
    this.#since ??= performance.now();
    const longest = Math.min(FIRST_MS * 2 ** this.#failures, LONGEST_MS);
    this.#failures += 1;
    await abortable((resolve) => {
      const timer = setTimeout(resolve, longest * (0.5 + Math.random() / 2));
      return () => clearTimeout(timer);
    }, signal);
  }
}
