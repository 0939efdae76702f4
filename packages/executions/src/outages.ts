/**
 * What all workers know of that which keeps every attempt from working: an API that fails or is not reached, a
 * credential that is refused. Each is named by an opaque fingerprint. While there is an outage one attempt at a time tries
 * whether it is over; the executions that wait for that are resumed when one has worked.
 */
export interface Outages {
  /**
   * An attempt that began at `begun` failed by it. Returns when the next may be made: after the first of `intervals`
   * (milliseconds), and later with each further attempt that fails. Without intervals it is not tried by itself: null.
   */
  failed(name: string, begun: Date, intervals: readonly number[]): Promise<Date | null>;
  /**
   * Asks whether this execution may make an attempt. Null: it may, and where there is an outage it is the only one that
   * may, until it has failed or a minute is over. Else the time at which to ask again.
   */
  blockedUntil(name: string, executionId: string): Promise<Date | null>;
  /** The execution stands still because of it, and may be resumed from `from` on when it is over. */
  joined(name: string, executionId: string, from: Date): Promise<void>;
  /** An attempt of this execution that began at `begun` has worked: what was noted before that is over. */
  worked(name: string, begun: Date, executionId: string): Promise<void>;
  /**
   * Returns the executions to resume now. When it is over these are all that joined; while it is not, and `probe` is true
   * and the time for that has come, candidates for the one attempt that tries.
   */
  due(name: string, probe: boolean): Promise<DueExecutions>;
  /** The execution does not wait for it any more. */
  left(name: string, executionId: string): Promise<void>;
}

export interface DueExecutions {
  isOver: boolean;
  executionIds: string[];
}
