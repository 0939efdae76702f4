import type { Release } from './what-next.ts';

/** The waits of an execution: those that stop every start, and those of single tasks for their next attempt. */
export class TaskWaits {
  #ofAll: Release | null = null;
  /** The waits before the next attempts of failed tasks. */
  readonly #ofTasks = new Map<number, Release>();

  /** True if no task may start until the execution is released. */
  get stopsAll(): boolean {
    return this.#ofAll !== null;
  }

  /** Adds the wait that an attempt at a task has led to. A backoff of one task stops no other one. */
  add(task: number, wait: Release): void {
    const isOwn = wait.event.type === 'execution.waiting' && wait.event.data.reason === 'backoff';
    if (isOwn) this.#ofTasks.set(task, wait);
    else if (this.#ofAll === null || isStronger(wait, this.#ofAll)) this.#ofAll = wait;
  }

  /** Adds a wait that stops every start, in place of any other. */
  stopAll(wait: Release): void {
    this.#ofAll = wait;
  }

  /** Returns when the next attempt at a task may start; null: at once. */
  startOf(task: number): Date | null {
    return this.#ofTasks.get(task)?.wakeAt ?? null;
  }

  /** Removes the wait of a task that starts or is skipped. */
  delete(task: number): void {
    this.#ofTasks.delete(task);
  }

  /** Returns the wait for which the execution is released once no task is under way; null: there is none. */
  release(): Release | null {
    if (this.#ofAll) return this.#ofAll;
    const waits = [...this.#ofTasks.values()];
    return waits.toSorted((one, other) => Number(one.wakeAt) - Number(other.wakeAt))[0] ?? null;
  }
}

/** A pause, which a person ends, is stronger than a wait, and a long wait is stronger than a short one. */
function isStronger(one: Release, other: Release): boolean {
  if (other.wakeAt === null) return false;
  return one.wakeAt === null || one.wakeAt > other.wakeAt;
}
