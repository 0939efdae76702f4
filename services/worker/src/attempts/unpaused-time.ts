import type { Lease } from '../ownership/leases.ts';

/** Counts the time since its creation, apart from the time in which the execution was paused. */
export class UnpausedTime {
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

  /** The seconds without pauses. */
  get seconds(): number {
    return ((this.#pausedAt ?? performance.now()) - this.#began - this.#pausedMs) / 1000;
  }

  /** The seconds of its pauses. */
  get pausedSeconds(): number {
    const current = this.#pausedAt === null ? 0 : performance.now() - this.#pausedAt;
    return (this.#pausedMs + current) / 1000;
  }

  stop(): void {
    this.#unhook();
  }
}
