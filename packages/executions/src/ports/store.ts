import type { ExecutionStatus } from '@cc-executor/contracts';
import type { ExecutionRecord } from '../record.ts';
import type { ExecutionState, Summary, TaskState } from '../state.ts';
import type { EventToStore } from './log.ts';

/** The data for polling an execution. */
export interface StoredStatus {
  execution_id: string;
  /** Null: an earlier version stored it. */
  title: string | null;
  labels: Readonly<Record<string, string>>;
  status: ExecutionStatus;
  reason: string | null;
  created_at: string;
  epoch: string;
  /** The seq of the last event. */
  head: number;
  summary: Summary;
  /** The folder below the workspaces root; null: an earlier version stored it. */
  workspace: string | null;
  /** The branch that gets the work; null: it is for no repository. */
  branch: string | null;
  /** The execution that it reruns; null: none. */
  rerun_of: string | null;
  /** The executions that rerun it. */
  reruns: readonly string[];
  /** How long it has been paused since its last task started, with the current pause. */
  paused_seconds: number;
  /** The execution that comes before a queued one in its folder; null: none, or it was read with others. */
  waiting_for: string | null;
  /** True if its log and record have left the store. */
  isArchived: boolean;
}

/** An execution without its log. */
export interface StoredExecution {
  record: ExecutionRecord;
  state: ExecutionState;
  epoch: string;
  head: number;
}

/** One atomic step: events, and the state after them. */
export interface Append {
  /** The owner's fencing token and its count of appends, from 1; null if the writer is not the owner. */
  writer: { token: string; counter: number } | null;
  /** The states in which the step is allowed; null: any. */
  from: readonly ExecutionStatus[] | null;
  /** The state after it, and the reason (undefined: the stored reason); null: unchanged. */
  to: { status: ExecutionStatus; reason: string | null | undefined } | null;
  summary: Summary | null;
  /** The changed tasks, by number from 1. */
  tasks: ReadonlyMap<number, TaskState>;
  events: readonly EventToStore[];
  /** True releases the lease in the same step, and requests another worker. */
  release: boolean;
  /** With a release: when another worker is requested; null: at once. */
  wakeAt: Date | null;
  /** After `rewound`: the epoch of the log from now on; null: unchanged. */
  epoch: string | null;
}

export type AppendResult =
  | { result: 'stored'; head: number }
  /** Redis came back without an append of this writer that it had stored: nothing is stored until a new epoch starts. */
  | { result: 'rewound'; head: number }
  /** Another worker has the lease: the writer must stop. */
  | { result: 'stale' }
  /** The execution is in a state in which the step is not allowed. */
  | { result: 'illegal'; status: ExecutionStatus }
  | { result: 'missing' };

export type ClaimResult =
  | {
      result: 'claimed';
      /** Counts the claims of an execution. */
      generation: number;
      /** Proves the lease with each write; unique for each claim. */
      token: string;
      execution: StoredExecution;
      /** The previous owner if it was lost in the middle of its work; else null. */
      lostOwner: string | null;
      /** The last sign of life of that owner; null: none, or an earlier version claimed it. */
      lastHeard: Date | null;
      /** How many owners in a row were lost before they started a task of it. */
      idleLosses: number;
    }
  /** Nothing to do: leased, ended, removed, not due, or another execution has the workspace. */
  | { result: 'refused'; reason: 'held' | 'not_due' | 'ended' | 'missing' | 'workspace_taken' }
  /** Its record has a newer schema than this worker knows; another worker is requested in a minute. */
  | { result: 'refused'; reason: 'unreadable' };

/** A leased execution, and its last sign of life. */
export interface HeldExecution {
  executionId: string;
  generation: number;
  /** Increases with each sign of life of the owner. */
  beat: number;
  owner: string;
}

/** Tasks that may kill their workers are retried one at a time in the whole installation. */
export interface Suspects {
  /** Takes the turn for this many milliseconds. Returns until when another execution has it; null: taken. */
  take: (executionId: string, forMs: number) => Promise<Date | null>;
}

/** A new execution. */
export interface Submission {
  record: ExecutionRecord;
  state: ExecutionState;
  events: readonly EventToStore[];
  /** The caller's key, and a digest of its body; null without a key. */
  idempotency: { key: string; fingerprint: string } | null;
  /** The identity of its folder; default: its path. */
  turn?: string | undefined;
  /** If a task starts it: the execution below which it counts, and how many are allowed. */
  family?: { root: string; limit: number } | undefined;
}

export type SubmitResult =
  | { result: 'stored'; executionId: string }
  /** The same key and body were used before, for this execution. */
  | { result: 'repeated'; executionId: string }
  /** This idempotency key was used with a different body. */
  | { result: 'key_reused' }
  /** Its folder must be its own, and another unfinished execution uses it or a part of it. */
  | { result: 'workspace_taken' }
  /** Its folder overlaps with that of an execution whose task submits it: each would wait for the other. */
  | { result: 'own_workspace'; executionId: string }
  /** An execution that has not ended delivers the same branch to the same repository. */
  | { result: 'branch_taken'; executionId: string }
  /** The number of executions below its root is at its limit. */
  | { result: 'family_full' }
  /** The execution that it reruns was removed. */
  | { result: 'rerun_gone'; executionId: string }
  /** Its id is in use, by an execution whose id may differ in case. */
  | { result: 'in_use'; executionId: string };

/** One condition on a label; `value` null: any. */
export interface LabelQuery {
  key: string;
  value: string | null;
  /** True: only those for which this does not hold. */
  isNot: boolean;
}

export interface ListQuery {
  status: ExecutionStatus | null;
  limit: number;
  cursor: string | null;
  /** All of them hold. */
  labels?: readonly LabelQuery[] | undefined;
  /** The outcome of one of its tasks. */
  outcome?: string | undefined;
  /** Words that its title, id or labels have, in any case. */
  q?: string | undefined;
  /** Submitted at or after this time. */
  from?: Date | undefined;
  /** Submitted before this time. */
  to?: Date | undefined;
}

/** The store of executions. Every write is one atomic step. */
export interface ExecutionStore {
  /** Stores record, index, idempotency key, wake-up and first events in one step. */
  submit(submission: Submission): Promise<SubmitResult>;
  /** Returns what was submitted with an idempotency key: a digest of its body, and its execution; null: nothing. */
  readKey(key: string): Promise<{ fingerprint: string; executionId: string } | null>;
  read(executionId: string): Promise<StoredExecution | null>;
  /**
   * Returns an execution that is complete in the store itself, and the fencing token of its last claim; null: none,
   * or it was archived. Nothing of it comes from a file.
   */
  readUnarchived(executionId: string): Promise<{ execution: StoredExecution; token: string } | null>;
  /** The summary includes a delivery after the end. */
  readStatus(executionId: string): Promise<StoredStatus | null>;
  /** Newest first. */
  list(query: ListQuery): Promise<{ executions: StoredStatus[]; nextCursor: string | null }>;
  /**
   * Takes an ended execution out of every list, and has the next worker that tidies up remove it. Returns its status, with
   * which nothing was done where it has not ended; null: there is none.
   */
  remove(executionId: string): Promise<ExecutionStatus | null>;
  append(executionId: string, append: Append): Promise<AppendResult>;
  /** Stores what of the branch of an ended execution was delivered after its end; `readStatus` and `list` have it. */
  noteDelivered(executionId: string, delivered: NonNullable<Summary['delivered']>): Promise<void>;
  claim(executionId: string, owner: string): Promise<ClaimResult>;
  /**
   * Requests a worker for an unfinished execution; a leased one, or one that is not due, is not affected. `head`: the
   * seq of an event that the log has had; if it is missing, a new epoch starts.
   */
  wake(executionId: string, head?: number): Promise<void>;
  /** Returns all leased executions. */
  held(): Promise<HeldExecution[]>;
  /** Ends a lease, and requests another worker, if its sign of life is still this one; false if it is not. */
  expire(seen: HeldExecution): Promise<boolean>;
  /** Renews the leases. Returns each execution's state, or `stale` if the lease was lost. */
  heartbeat(held: readonly { executionId: string; token: string }[]): Promise<(ExecutionStatus | 'stale')[]>;
}

/** The ended executions, by their age on the store's clock; in ms. */
export interface EndedExecutions {
  /** Returns up to `limit` that ended `ageMs` ago and are still in Redis, the oldest first, without the first `skip`. */
  toArchive(ageMs: number, limit: number, skip: number): Promise<string[]>;
  /** Removes the log and the record from Redis, where only the summary stays; false if it changed since it was read. */
  forget(executionId: string, head: number): Promise<boolean>;
  /** Returns up to `limit` that ended `ageMs` ago, or that are more than `keep`, the oldest first, without the first `skip`. */
  toPrune(ageMs: number, keep: number, limit: number, skip: number): Promise<string[]>;
  /** Returns whether an unfinished execution works, or will work, in the folder of this turn or in a part of it. */
  isWanted(turn: string): Promise<boolean>;
  /** Returns whether an execution that reruns it, and may still need what is kept of it, has not ended. */
  isRerun(executionId: string): Promise<boolean>;
  /** Removes the rest of it from Redis. */
  prune(executionId: string): Promise<void>;
}

/** The queue's side of a submission. */
export interface WakeUps {
  /** Relays the outbox to the queue soon. Never throws. */
  relay(): void;
}
