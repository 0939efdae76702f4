import { cursorHolds, FIRST_PAGE, inOrder, nextLimit, type Cursor } from '@cc-executor/executions';
import { Batch, batchesOf, type Gap, type Item } from './batch.ts';
import type { Feed } from './feed.ts';
import type { Follower } from './follower.ts';

/** The receiver of what a reader reads. */
export interface Sink {
  /** False: deliver nothing until `drained` resolves. */
  readonly hasRoom: boolean;
  events(batch: Batch): void;
  gap(gap: Gap): void;
  reset(epoch: string): void;
  end(last: number): void;
  /** Aborts when the gateway shuts down; then `restart` receives the client's position. */
  readonly restarting: AbortSignal;
  restart(after: number): void;
  /** Resolves when there is room again, or when the client is gone. */
  drained(): Promise<void>;
}

/**
 * One client's position in an execution. While its sink has room it receives each item as it arrives; behind, it reads by
 * itself. While the sink has no room it holds only the position.
 */
export class Reader implements Follower {
  readonly #feed: Feed;
  readonly #sink: Sink;
  readonly #signal: AbortSignal;
  readonly #cursor: Cursor;
  #position: number;
  /** How often it started again. */
  #resets = 0;
  #limit = FIRST_PAGE;
  #wake: () => void = () => undefined;

  constructor(feed: Feed, sink: Sink, cursor: Cursor, signal: AbortSignal) {
    this.#feed = feed;
    this.#sink = sink;
    this.#signal = signal;
    this.#cursor = cursor;
    this.#position = cursor.after;
  }

  get position(): number {
    return this.#position;
  }

  /** Reads up to the last event. Resolves when that is delivered, or the signal aborts. Throws what the log throws. */
  async run(): Promise<void> {
    const wake = () => this.#wake();
    const restart = () => this.#sink.restart(this.#position);
    this.#signal.addEventListener('abort', wake);
    this.#sink.restarting.addEventListener('abort', restart);
    try {
      const { log, executionId } = this.#feed;
      if (!(await cursorHolds(log, executionId, this.#cursor, await this.#now())))
        this.reset(this.#feed.epoch);
      this.#feed.join(this);
      while (!this.#signal.aborted) {
        if (!this.#sink.hasRoom) {
          await this.#sink.drained();
          continue;
        }
        const resets = this.#resets;
        const items = this.#feed.next(this) ?? (await this.#page());
        if (items.length === 0 && resets === this.#resets && this.#position >= this.#feed.head) {
          if (this.#feed.ended) {
            this.#sink.end(this.#position);
            return;
          }
          await this.#idle();
        }
        for (const item of items) {
          if (this.#signal.aborted) return;
          if (this.#resets !== resets || !this.#sink.hasRoom) break;
          this.#give(item);
        }
      }
    } finally {
      this.#signal.removeEventListener('abort', wake);
      this.#sink.restarting.removeEventListener('abort', restart);
      this.#feed.leave(this);
    }
  }

  take(item: Item): boolean {
    if (!this.#sink.hasRoom) {
      this.wake();
      return false;
    }
    if (!this.#signal.aborted) this.#give(item);
    return true;
  }

  reset(epoch: string): void {
    this.#resets += 1;
    this.#position = 0;
    this.#sink.reset(epoch);
    this.wake();
  }

  wake(): void {
    this.#wake();
  }

  /** The end of the log: pages may be ahead of the feed, and so may a client that reconnects or comes from elsewhere. */
  async #now(): Promise<{ head: number; epoch: string }> {
    const feed = this.#feed;
    if (this.#cursor.after <= feed.head) return feed;
    return (await feed.log.head(feed.executionId)) ?? feed;
  }

  /** Live: only receives items until it is woken. */
  async #idle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#feed.ended || this.#feed.failed || this.#signal.aborted) resolve();
    await promise;
    this.#wake = () => undefined;
  }

  #give(item: Item): void {
    // The log may have delivered it before the reader became live.
    if (item.last <= this.#position) return;
    const first = this.#position + 1;
    this.#position = item.last;
    if (item instanceof Batch) this.#sink.events(item.after(first - 1));
    else this.#sink.gap({ first: Math.max(first, item.first), last: item.last });
  }

  async #page(): Promise<Item[]> {
    const { head, log, executionId } = this.#feed;
    const events = await log.page(executionId, this.#position, this.#limit, this.#signal);
    if (this.#signal.aborted) return [];
    this.#limit = nextLimit(events, this.#limit);
    if (events.length === 0) return [{ first: this.#position + 1, last: head }];
    return [...inOrder(events, this.#position)].flatMap((part): Item[] =>
      part.kind === 'gap' ? [{ first: part.from, last: part.to }] : [...batchesOf(part.events)],
    );
  }
}
