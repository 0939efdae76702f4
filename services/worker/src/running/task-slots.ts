import type { Lane } from '@cc-executor/executions';
import type { Slots } from '../slots.ts';

/** The slots of an execution's tasks: the first one under way uses that of the execution, each other one takes its own. */
export class TaskSlots {
  readonly #slots: Pick<Slots, 'takeFurther' | 'freed'>;
  readonly #onFreed: () => void;
  readonly #releases = new Map<number, () => void>();
  /** The task with the slot of the execution. */
  #first: number | null = null;
  #isWaiting = false;

  /** `onFreed`: called when a slot may have become free after one was refused. */
  constructor(slots: Pick<Slots, 'takeFurther' | 'freed'>, onFreed: () => void) {
    this.#slots = slots;
    this.#onFreed = onFreed;
  }

  /** Takes a slot for a task. Returns false if none is free. */
  take(task: number, lane: Lane): boolean {
    if (this.#first === null) {
      this.#first = task;
      return true;
    }
    const release = this.#slots.takeFurther(lane);
    if (release) this.#releases.set(task, release);
    else this.#waitForOne();
    return release !== null;
  }

  release(task: number): void {
    if (this.#first === task) this.#first = null;
    this.#releases.get(task)?.();
    this.#releases.delete(task);
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
