import type { Ended } from '../attempts/make-attempt.ts';

/** A step of a task that is done: its folder is prepared, or its attempt has ended. */
export type Progress =
  | { task: number; is: 'prepared'; noRoom: string | null }
  | { task: number; is: 'ended'; ended: Ended; begun: Date };

/** The tasks under way here, and the queue of their finished steps. */
export class UnderWay {
  readonly #tasks = new Set<number>();
  /** When the attempts under way began, by task, in milliseconds since the epoch. */
  readonly #begun = new Map<number, number>();
  readonly #preparing = new Set<number>();
  /** The finished steps, in order. */
  readonly #done: Promise<Progress>[] = [];
  #woken = Promise.withResolvers<void>();

  get size(): number {
    return this.#tasks.size;
  }

  /** True while a folder is being prepared. */
  get isPreparing(): boolean {
    return this.#preparing.size > 0;
  }

  has(task: number): boolean {
    return this.#tasks.has(task);
  }

  /** Returns the numbers of the tasks. */
  all(): number[] {
    return [...this.#tasks];
  }

  /** Returns the tasks whose attempts are under way, with the beginning of each in milliseconds since the epoch. */
  begun(): [task: number, begun: number][] {
    return [...this.#begun];
  }

  /** Adds the preparation of a task's folder, which returns why there is no room for it; null: there is. */
  prepare(task: number, prepared: Promise<string | null>): void {
    this.#preparing.add(task);
    this.#add(
      task,
      prepared.then((noRoom) => ({ task, is: 'prepared', noRoom })),
    );
  }

  /** Adds an attempt at a task. */
  attempt(task: number, begun: Date, attempt: Promise<Ended>): void {
    this.#begun.set(task, begun.getTime());
    this.#add(
      task,
      attempt.then((ended) => ({ task, is: 'ended', ended, begun })),
    );
  }

  /** Lets `next` return. */
  wake(): void {
    this.#woken.resolve();
  }

  /**
   * Waits for a finished step, and removes its task. Returns null if it was woken, or if the time `at` has come first.
   * Rejects if a step has failed.
   */
  async next(at: Date | null): Promise<Progress | null> {
    if (this.#done.length === 0) {
      const { resolve, promise } = this.#woken;
      const timeout = at && setTimeout(resolve, Math.max(0, at.getTime() - Date.now()));
      await promise;
      if (timeout) clearTimeout(timeout);
    }
    this.#woken = Promise.withResolvers();
    const progress = await this.#done.shift();
    if (!progress) return null;
    this.#tasks.delete(progress.task);
    this.#begun.delete(progress.task);
    this.#preparing.delete(progress.task);
    return progress;
  }

  #add(task: number, progress: Promise<Progress>): void {
    this.#tasks.add(task);
    const finish = () => {
      this.#done.push(progress);
      this.#woken.resolve();
    };
    progress.then(finish, finish);
  }
}
