import type { ExecutionStatus } from '@cc-executor/contracts';

/** An event of the log. `json` is the whole envelope, which is forwarded unchanged. */
export interface StoredEvent {
  seq: number;
  type: string;
  json: string;
}

/** An event that the store numbers: `tail` is the envelope without `seq` and `epoch`, as JSON. */
export interface EventToStore {
  type: string;
  tail: string;
}

/** The numbered log of each execution. */
export interface EventLog {
  /**
   * Returns up to `limit` events after `after`, in order, at most a few MiB of text; none: the log has no
   * further ones. Stops early when `signal` aborts. Throws ARCHIVE_DAMAGED.
   */
  page(executionId: string, after: number, limit: number, signal?: AbortSignal): Promise<StoredEvent[]>;
  /** Calls `listener` with live events, in order, until the returned function is called. Some may be missed. */
  subscribe(executionId: string, listener: (events: StoredEvent[]) => void): Promise<() => Promise<void>>;
  /** Returns the end of the log; null if there is no such execution. */
  head(executionId: string): Promise<{ head: number; epoch: string; status: ExecutionStatus } | null>;
}

/** A part of the feed, and the state that it had then. */
export interface FeedPage {
  /** The position of the last entry; 0: none. */
  head: number;
  /** Changes when Redis has lost entries; empty: there was never an entry. */
  epoch: string;
  /** `json` is the whole entry, which is forwarded unchanged. */
  entries: { position: number; json: string }[];
}

/** The numbered changes of state of all executions; the oldest ones are dropped. */
export interface FeedLog {
  /** Returns up to `limit` entries after `after`, in order. */
  page(after: number, limit: number): Promise<FeedPage>;
  /** Calls `listener` when there are new entries, until the returned function is called. A call may be missed. */
  subscribe(listener: () => void): Promise<() => Promise<void>>;
}
