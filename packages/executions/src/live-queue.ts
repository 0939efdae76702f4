import type { StoredEvent } from './ports/log.ts';

/** The unread events of a follower, above which it is paged from the log instead. */
const MAX_EVENTS = 2000;
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** Live events that wait for their follower. Bounded: on overflow it is emptied, since the log has them all. */
export class LiveQueue {
  #events: StoredEvent[] = [];
  #characters = 0;
  #overflowed = false;
  #wake: (() => void) | undefined;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  /** Adds events. Beyond the limits the queue is emptied, and its reader has to page. */
  push(events: readonly StoredEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#characters += event.json.length;
    }
    if (this.#events.length > MAX_EVENTS || this.#characters > MAX_CHARACTERS) {
      this.#take();
      this.#overflowed = true;
    }
    this.#wake?.();
  }

  /** Returns the waiting events; null after an overflow, after `quietMs` without events, or if the follower was aborted. */
  async next(quietMs: number): Promise<StoredEvent[] | null> {
    if (this.#overflowed) {
      this.#overflowed = false;
      return null;
    }
    if (this.#events.length === 0 && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, quietMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    return this.#events.length > 0 ? this.#take() : null;
  }

  #take(): StoredEvent[] {
    const events = this.#events;
    this.#events = [];
    this.#characters = 0;
    return events;
  }
}
