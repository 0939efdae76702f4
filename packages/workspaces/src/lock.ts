import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { SnapshotError } from './snapshot-error.ts';

/** Between two tries to get the lock, in milliseconds. */
const RETRY_MS = 20;
/** SQLITE_BUSY. */
const BUSY = 5;

/**
 * Lets one process at a time do something. The lock is the operating system's, on a file, by way of SQLite: it is gone
 * with the process that has it, however that ends, also when that ran in another container.
 */
export class Lock {
  readonly #database: DatabaseSync;
  readonly #waitMs: number;
  #last: Promise<unknown> = Promise.resolve();

  /** `file`: made where it is not there. `waitMs`: how long to wait for another process, in milliseconds. */
  constructor(file: string, waitMs: number) {
    this.#database = new DatabaseSync(file, { timeout: 0 });
    this.#waitMs = waitMs;
  }

  /** Runs `work` alone; in this process after what came before. Rejects with a SnapshotError when another process stays. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const turn = before
      .catch(() => undefined)
      .then(async () => {
        await this.#begin();
        try {
          return await work();
        } finally {
          this.#database.exec('ROLLBACK');
        }
      });
    this.#last = turn;
    return await turn;
  }

  /** Waits for what runs, and closes the file. */
  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    if (this.#database.isOpen) this.#database.close();
  }

  async #begin(): Promise<void> {
    const deadline = performance.now() + this.#waitMs;
    for (;;) {
      try {
        this.#database.exec('BEGIN EXCLUSIVE');
        return;
      } catch (error) {
        if ((error as { errcode?: number }).errcode !== BUSY) throw error;
        if (performance.now() > deadline)
          throw new SnapshotError('store_busy', 'Another process uses this snapshot store.', {
            cause: error,
          });
        await pause(RETRY_MS);
      }
    }
  }
}
