import type { Lease } from '../ownership/leases.ts';

/** Counts the time since its creation in which the execution was not paused. */
export class LivedTime {
  readonly #began = performance.now();
  readonly #unhook: () => void;
  #pausedMs = 0;
  #pausedAt: number | null = null;

  constructor(lease: Pick<Lease, 'onPause'>) {
    this.#unhook = lease.onPause((paused) => {
      if (this.#pausedAt !== null) this.#pausedMs += performance.now() - this.#pausedAt;
      this.#pausedAt = paused ? performance.now() : null;
    });
  }

  get seconds(): number {
    return ((this.#pausedAt ?? performance.now()) - this.#began - this.#pausedMs) / 1000;
  }

  stop(): void {
    this.#unhook();
  }
}
