import { backoff } from '@cc-executor/contracts/backoff';
import { setTimeout as delay } from 'node:timers/promises';

/** The number of wrong keys that are answered without delay: people mistype. */
const FREE = 10;
/** One of them is forgotten at this interval, in milliseconds. */
const FORGET_MS = 5000;
/** The delays of the answers after them, in milliseconds. */
const DELAYS = { first: 200, longest: 2000 };
/** The number of answers that may wait; further ones are sent at once. */
const MOST_WAITING = 1000;

/** Delays the answers to wrong keys, longer the more there were recently. A valid key is never delayed. */
export class FailedKeys {
  #recent = 0;
  #at = performance.now();
  #waiting = 0;

  /** Counts a wrong key. Resolves when it may be answered. */
  async slowDown(): Promise<void> {
    const now = performance.now();
    this.#recent = Math.max(0, this.#recent - (now - this.#at) / FORGET_MS) + 1;
    this.#at = now;
    const over = this.#recent - FREE;
    if (over <= 0 || this.#waiting >= MOST_WAITING) return;
    this.#waiting += 1;
    await delay(backoff(over, DELAYS));
    this.#waiting -= 1;
  }
}
