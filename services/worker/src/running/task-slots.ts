import type { Lane } from '@cc-executor/executions';
import type { Slots } from '../slots.ts';

/**
 * The slots of an execution's tasks. One of its lane uses the slot that the execution has, and each other one takes its own.
 * A task of the other lane uses that slot only where there is none for it and nothing else runs, so that the execution continues.
 */
export class TaskSlots {
  readonly #slots: Pick<Slots, 'takeFurther' | 'freed'>;
  readonly #lane: Lane;
  readonly #onFreed: () => void;
  readonly #releases = new Map<number, () => void>();
  /** The task that uses the slot of the execution. */
  #own: { task: number; lane: Lane } | null = null;
  #isWaiting = false;

  /** `lane`: that of the execution. `onFreed`: called when a slot may have become free after one was refused. */
  constructor(slots: Pick<Slots, 'takeFurther' | 'freed'>, lane: Lane, onFreed: () => void) {
    this.#slots = slots;
    this.#lane = lane;
    this.#onFreed = onFreed;
  }

  /** Takes a slot for a task. Returns false if none is free. */
  take(task: number, lane: Lane): boolean {
    if (lane === this.#lane) this.#clearOwn();
    const isTaken = (lane === this.#lane && this.#takeOwn(task, lane)) || this.#takeFurther(task, lane);
    if (isTaken || (this.#releases.size === 0 && this.#takeOwn(task, lane))) return true;
    this.#waitForOne();
    return false;
  }

  release(task: number): void {
    if (this.#own?.task === task) this.#own = null;
    this.#releases.get(task)?.();
    this.#releases.delete(task);
  }

  #takeOwn(task: number, lane: Lane): boolean {
    if (this.#own !== null) return false;
    this.#own = { task, lane };
    return true;
  }

  #takeFurther(task: number, lane: Lane): boolean {
    const release = this.#slots.takeFurther(lane);
    if (release) this.#releases.set(task, release);
    return release !== null;
  }

  /** Gives a task of the other lane a slot of that lane, if one has become free. */
  #clearOwn(): void {
    if (this.#own === null || this.#own.lane === this.#lane) return;
    if (this.#takeFurther(this.#own.task, this.#own.lane)) this.#own = null;
  }

  /** Waits once for all tasks that were refused a slot. */
  #waitForOne(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const notify = () => {
      this.#isWaiting = false;
      this.#onFreed();
    };
    this.#slots.freed().then(notify, notify);
  }
}
