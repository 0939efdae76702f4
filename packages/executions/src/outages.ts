/**
 * The knowledge of all workers about obstacles for every attempt: an API that fails or is unreachable, a
 * rejected credential. Each is named by an opaque fingerprint. During an outage, one attempt at a time probes
 * whether it is over; the waiting executions are resumed when one has worked.
 */
export interface Outages {
  /**
   * Records a failed attempt that started at `begun`. Returns when the next may be made: after the first of `intervals`
   * (milliseconds), and later with each further failure. Without intervals there is no automatic retry: null.
   */
  failed(name: string, begun: Date, intervals: readonly number[]): Promise<Date | null>;
  /**
   * Returns whether this execution may make an attempt. Null: it may, and during an outage it is the only one that
   * may, until it has failed or a minute has passed. Else the time at which to ask again.
   */
  blockedUntil(name: string, executionId: string): Promise<Date | null>;
  /** Records that the execution is blocked by it, and may be resumed from `from` on when it is over. */
  joined(name: string, executionId: string, from: Date): Promise<void>;
  /** Records that an attempt of this execution that started at `begun` has worked: earlier failures are over. */
  worked(name: string, begun: Date, executionId: string): Promise<void>;
  /**
   * Returns the executions to resume now: all that joined if it is over; while it is not, and `probe` is true
   * and a probe is due, candidates for the one probing attempt.
   */
  due(name: string, probe: boolean): Promise<DueExecutions>;
  /** Records that the execution no longer waits for it. */
  left(name: string, executionId: string): Promise<void>;
}

export interface DueExecutions {
  isOver: boolean;
  executionIds: string[];
}
