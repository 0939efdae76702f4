import type { Lane } from '@cc-executor/executions';

/**
 * How much runs on this worker at the same time. A slot is an agent or a command, and not an execution: an execution has
 * one for as long as it is here, and takes one more for each further task that it runs at the same time.
 */
export class Slots {
  readonly #slots: Record<Lane, number>;
  readonly #running: Record<Lane, number> = { prompts: 0, commands: 0 };
  readonly #further: Record<Lane, number> = { prompts: 0, commands: 0 };
  /** Called when an execution may begin with more or fewer slots than before. */
  onChange: () => void = () => undefined;
  #freed = Promise.withResolvers<void>();

  constructor(slots: Record<Lane, number>) {
    this.#slots = slots;
  }

  of(lane: Lane): { slots: number; running: number } {
    return { slots: this.#slots[lane], running: this.#running[lane] };
  }

  /** How many executions the lane may have: what their further tasks take is not theirs. */
  forExecutions(lane: Lane): number {
    return Math.max(0, this.#slots[lane] - this.#further[lane]);
  }

  set(lane: Lane, slots: number): void {
    this.#slots[lane] = slots;
    this.onChange();
    this.#tell();
  }

  /** Takes the slot of an execution. Returns what releases it; null: none is free. */
  enter(lane: Lane): (() => void) | null {
    return this.#take(lane, () => this.#tell());
  }

  /** Takes a slot for a further task of an execution. Returns what releases it; null: none is free. */
  takeFurther(lane: Lane): (() => void) | null {
    const release = this.#take(lane, () => {
      this.#further[lane] -= 1;
      this.onChange();
      this.#tell();
    });
    if (release === null) return null;
    this.#further[lane] += 1;
    this.onChange();
    return release;
  }

  /** Resolves when a slot may have become free. */
  async freed(): Promise<void> {
    await this.#freed.promise;
  }

  #take(lane: Lane, onRelease: () => void): (() => void) | null {
    if (this.#running[lane] >= this.#slots[lane]) return null;
    this.#running[lane] += 1;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#running[lane] -= 1;
      onRelease();
    };
  }

  #tell(): void {
    this.#freed.resolve();
    this.#freed = Promise.withResolvers<void>();
  }
}
