import type { AttemptStatus, HistoryRow } from '@cc-executor/contracts';
import type { Run } from '@cc-executor/forecast';
import type { ExecutionRecord } from '../record.ts';

/** A filter for history rows. */
export interface HistoryQuery {
  /** Attempts that ended at or after this time. */
  from?: Date | undefined;
  /** Attempts that ended before this time. */
  to?: Date | undefined;
  status?: AttemptStatus | undefined;
  executionId?: string | undefined;
  limit?: number | undefined;
}

/** One row for each ended attempt of every execution; in files, so that it outlives Redis' data. */
export interface History {
  /** Adds rows of one execution. Readers count a duplicate row once. */
  add(record: HistoryPlace, rows: readonly HistoryRow[]): Promise<void>;
  /** Adds the missing rows of an execution; when it resolves, all are on the disk. Returns how many were added. */
  complete(record: HistoryPlace, rows: readonly HistoryRow[]): Promise<number>;
  /** Yields the newest execution first, and of each the latest attempt first; in batches of at most one execution. */
  read(query: HistoryQuery): AsyncIterable<HistoryRow[]>;
  /** Removes the rows of executions without an ended attempt for this many days. Returns how many executions. */
  prune(days: number): Promise<number>;
}

/** Identifies the place of an execution's rows. */
export type HistoryPlace = Pick<ExecutionRecord, 'execution_id' | 'created_at'>;

/** The latest runs of kinds of tasks, by the names of their levels (`levelsOf`). Bounded. */
export interface RunStatistics {
  /** Returns the latest runs of each level, newest first, in one round trip; unreadable runs are skipped. */
  read(levels: readonly string[]): Promise<Run[][]>;
  /** Adds a run to its levels, the agent's first, and drops what exceeds the bounds, in one step. */
  add(levels: readonly string[], run: Run): Promise<void>;
}
