import { notFound, type EventLog, type ExecutionStore } from '@cc-executor/executions';
import { Feed } from './feed.ts';
import type { RingRoom } from './ring.ts';

export interface FeedPorts {
  log: EventLog;
  store: Pick<ExecutionStore, 'readStatus'>;
}

/** The feeds of this gateway, one for each execution with a reader. */
export class Feeds {
  readonly #ports: FeedPorts;
  readonly #room: RingRoom = { characters: 0 };
  readonly #open = new Map<string, { feed: Promise<Feed>; users: number }>();

  constructor(ports: FeedPorts) {
    this.#ports = ports;
  }

  /** Returns the feed of an execution; the returned function releases it. Throws EXECUTION_NOT_FOUND and STORE_UNAVAILABLE. */
  async acquire(executionId: string): Promise<{ feed: Feed; release: () => void }> {
    const entry = this.#open.get(executionId) ?? { feed: this.#start(executionId), users: 0 };
    this.#open.set(executionId, entry);
    entry.users += 1;
    const release = () => {
      entry.users -= 1;
      if (entry.users > 0) return;
      this.#forget(executionId, entry);
      void entry.feed.then(
        (feed) => feed.close(),
        () => undefined,
      );
    };
    try {
      const feed = await entry.feed;
      // Its readers receive the error and reconnect: they must find a new feed.
      if (!feed.failed) return { feed, release };
      this.#forget(executionId, entry);
    } catch (error) {
      release();
      throw error;
    }
    release();
    return await this.acquire(executionId);
  }

  #forget(executionId: string, entry: { users: number }): void {
    if (this.#open.get(executionId) === entry) this.#open.delete(executionId);
  }

  async #start(executionId: string): Promise<Feed> {
    // Checked in the store: a new reader gets an error at once while Redis is unavailable; the log would wait.
    const status = await this.#ports.store.readStatus(executionId);
    if (!status) throw notFound(executionId);
    return new Feed(this.#ports.log, executionId, status, this.#room);
  }
}
