import type { ArchiveStatement } from '@cc-executor/contracts';
import type { StoredEvent } from './log.ts';
import type { StoredExecution } from './store.ts';

/** Identifies an archived execution among others that had its id. */
export interface ArchivedRun {
  executionId: string;
  epoch: string;
  /** The seq of its last event. */
  head: number;
}

/** The digest of an archive: of its bytes, and of the text in them. */
export type ArchiveDigest = Omit<ArchiveStatement, 'execution_id' | 'manifest'>;

/** Stores the logs and records of ended executions outside Redis. */
export interface Archive {
  /**
   * Stores an ended execution; when this resolves it is on disk. `seal` is called with the digest before the file
   * appears; if it rejects, nothing is kept.
   */
  save(
    execution: StoredExecution,
    pages: AsyncIterable<StoredEvent[]>,
    seal?: (digest: ArchiveDigest) => Promise<void>,
  ): Promise<void>;
  /** Returns the execution without its log; null if there is none. Throws ARCHIVE_DAMAGED. */
  head(executionId: string): Promise<StoredExecution | null>;
  /**
   * Returns a page of the log, like `EventLog.page`. Throws ARCHIVE_DAMAGED, also for the archive of another execution
   * that had this id.
   */
  page(run: ArchivedRun, after: number, limit: number, signal?: AbortSignal): Promise<StoredEvent[]>;
  /** Removes all files of an execution, except its workspace. */
  remove(executionId: string): Promise<void>;
}
