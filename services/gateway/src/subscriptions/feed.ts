import { isLastEvent, isTerminal, type ExecutionStatus } from '@cc-executor/contracts';
import { follow, type EventLog } from '@cc-executor/executions';
import { setImmediate as immediate } from 'node:timers/promises';
import { Batch, batchesOf, type Item } from './batch.ts';
import type { Follower } from './follower.ts';
import { Ring, type RingRoom } from './ring.ts';

/**
 * Follows an execution for all readers of this gateway, and reads it once. A reader that keeps up receives
 * each item as it arrives; one that is behind reads the ring or the log.
 */
export class Feed {
  readonly executionId: string;
  readonly log: EventLog;
  #epoch: string;
  readonly #live = new Set<Follower>();
  readonly #behind = new Set<Follower>();
  readonly #ring: Ring;
  readonly #stop = new AbortController();
  #head: number;
  #ended: boolean;
  #failure: unknown;

  constructor(
    log: EventLog,
    executionId: string,
    start: { head: number; epoch: string; status: ExecutionStatus },
    room: RingRoom,
  ) {
    this.#ring = new Ring(room);
    this.log = log;
    this.executionId = executionId;
    this.#epoch = start.epoch;
    this.#head = start.head;
    this.#ended = isTerminal(start.status);
    if (!this.#ended)
      this.#read().catch((error: unknown) => {
        this.#failure = error;
      });
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** The seq of the last event that arrived. */
  get head(): number {
    return this.#head;
  }

  /** True if nothing follows after the head. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True if it cannot be read any more. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Registers a reader that is behind: items are kept for it from now on, as long as there is room. */
  join(reader: Follower): void {
    this.#live.delete(reader);
    this.#behind.add(reader);
  }

  leave(reader: Follower): void {
    this.#live.delete(reader);
    this.#behind.delete(reader);
    this.#prune();
  }

  /**
   * Returns the next item for a reader that is behind; null: it has to read the log. A reader that has everything is live from
   * now on, and receives nothing. Throws if the feed has failed.
   */
  next(reader: Follower): readonly Item[] | null {
    if (this.#failure !== undefined) throw this.#failure;
    if (reader.position < this.#head) return this.#ring.after(reader.position);
    this.#behind.delete(reader);
    this.#live.add(reader);
    this.#prune();
    return [];
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(): Promise<void> {
    const cursor = { after: this.#head, epoch: this.#epoch };
    try {
      for await (const followed of follow(this.log, this.executionId, cursor, this.#stop.signal)) {
        if (followed.kind === 'reset') this.#reset(followed.epoch);
        else if (followed.kind === 'gap') this.#give({ first: followed.from, last: followed.to });
        else
          for (const batch of batchesOf(followed.events)) {
            this.#give(batch);
            // Other work gets its turn between two large items.
            if (batch.last !== followed.events.at(-1)?.seq) await immediate();
          }
      }
      this.#ended = !this.#stop.signal.aborted;
    } catch (error) {
      this.#failure = error;
    }
    for (const reader of this.#live) reader.wake();
  }

  #give(item: Item): void {
    this.#head = item.last;
    if (item instanceof Batch) this.#ended = isLastEvent(item.events.at(-1)?.type ?? '');
    for (const reader of this.#live) {
      if (!reader.take(item)) this.join(reader);
      if (this.#ended) reader.wake();
    }
    if (this.#behind.size > 0) this.#ring.push(item);
    this.#prune();
  }

  /** Every reader starts again: what they received is no longer in the log. */
  #reset(epoch: string): void {
    [this.#epoch, this.#head, this.#ended] = [epoch, 0, false];
    this.#ring.dropUntil(Infinity);
    for (const reader of [...this.#live, ...this.#behind]) {
      this.join(reader);
      reader.reset(epoch);
    }
  }

  /** Keeps items only while a reader is behind. */
  #prune(): void {
    let slowest = Infinity;
    for (const { position } of this.#behind) slowest = Math.min(slowest, position);
    this.#ring.dropUntil(slowest);
  }
}
