import type {
  ArchiveStatement,
  AttemptStatus,
  AuthStatus,
  ExecutionStatus,
  Health,
  HistoryRow,
  HookStatus,
  SearchHit,
} from '@cc-executor/contracts';
import type { PlanReading, Run } from '@cc-executor/foresight';
import type { ExecutionRecord, Lane, RepositoryOf } from './record.ts';
import type { ExecutionState, Summary, TaskState } from './state.ts';

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
  /** The number of executions below its root is at its limit. */
  | { result: 'family_full' }
  /** The execution that it reruns was removed. */
  | { result: 'rerun_gone'; executionId: string }
  | { result: 'in_use' };

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
  read(executionId: string): Promise<StoredExecution | null>;
  /**
   * Returns an execution that is complete in the store itself, and the fencing token of its last claim; null: none,
   * or it was archived. Nothing of it comes from a file.
   */
  readUnarchived(executionId: string): Promise<{ execution: StoredExecution; token: string } | null>;
  readStatus(executionId: string): Promise<StoredStatus | null>;
  /** Newest first. */
  list(query: ListQuery): Promise<{ executions: StoredStatus[]; nextCursor: string | null }>;
  /**
   * Takes an ended execution out of every list, and has the next worker that tidies up remove it. Returns its status, with
   * which nothing was done where it has not ended; null: there is none.
   */
  remove(executionId: string): Promise<ExecutionStatus | null>;
  append(executionId: string, append: Append): Promise<AppendResult>;
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

/** The queue's side of a submission. */
export interface WakeUps {
  /** Relays the outbox to the queue soon. Never throws. */
  relay(): void;
}

/** The start of a stored output, and the length of the whole. */
export interface OutputStart {
  text: string;
  totalBytes: number;
}

/** The address of an attempt's output. */
export interface OutputAddress {
  executionId: string;
  /** From 1. */
  task: number;
  /** From 1; 0: what was carried over from another execution. */
  attempt: number;
  /** `result`: a prompt's final answer. */
  stream: 'stdout' | 'stderr' | 'result';
}

/** Reads whole outputs. */
export interface OutputReader {
  /** Returns the first `limit` bytes, cut at a character; an output that was never written is empty. */
  start(address: OutputAddress, limit: number): Promise<OutputStart>;
  /** The last `limit` bytes, from a character on; null: nothing is kept of it. */
  tail(address: OutputAddress, limit: number): Promise<string | null>;
}

/** A text that is looked for in an output. */
export interface TextSearch {
  text: string;
  /** False: letters of ASCII are equal in any case. */
  matchCase: boolean;
  /** The byte at which the search begins. */
  from: number;
  /** How many hits are described; all are counted. */
  limit: number;
  /** Stops after this many bytes. */
  most: number;
  signal?: AbortSignal | undefined;
}

/** What was found of it. */
export interface FoundText {
  count: number;
  /** How many bytes were searched. */
  bytes: number;
  hits: Pick<SearchHit, 'at' | 'line' | 'line_at' | 'before' | 'match' | 'after'>[];
}

/** Searches whole outputs. */
export interface TextSearcher {
  /** Searches one output in linear time; nothing is found in one that does not exist. */
  search(address: OutputAddress, search: TextSearch): Promise<FoundText>;
}

/** The folder that the name of a workspace resolves to. */
export interface WorkspacePlace {
  /** The path from the workspaces root, with links resolved. */
  path: string;
  /** Equal for all names of one folder, also on a file system that ignores case. */
  turn: string;
}

/** What came of asking for a folder to be kept free for a restore. */
export type RestoreClaim =
  /** It is, until `end` is called, or this process is gone for a while. */
  | { result: 'begun'; end: () => Promise<void> }
  | { result: 'missing' }
  /** The execution is neither paused nor ended. */
  | { result: 'illegal'; status: ExecutionStatus }
  /** It is paused, and processes of its task stand still in the folder. */
  | { result: 'held' }
  /** Another execution has begun in the folder, or in a part of it; null: another restore. */
  | { result: 'taken'; by: string | null };

/** Keeps the folders of executions that are paused or have ended free for restores. */
export interface WorkspaceRestores {
  /** Asks for the folder of an execution, by its turn. Nothing begins there meanwhile. */
  begin(executionId: string, turn: string): Promise<RestoreClaim>;
}

/** The folders of tasks. */
export interface Workspaces {
  /**
   * Returns the folder that a name resolves to. Throws WORKSPACE_INVALID if that is outside the workspaces root, by dots or by a
   * link. Changes nothing.
   */
  resolve(name: string): Promise<WorkspacePlace>;
  /**
   * Returns a name for the folder of an execution that names none: its id or, if that is taken or something of that
   * name exists, another one. Changes nothing.
   */
  fresh(executionId: string, isTaken?: boolean): Promise<string>;
}

/** The repositories of the user that lists may name. */
export interface Repositories {
  /**
   * Returns the repository with the commit that it has now. `isOwner`: the user of this service names it. Throws
   * INVALID_REQUEST when it may not be named, or can't be worked for. Changes nothing.
   */
  find(asked: RepositoryOf, isOwner: boolean): Promise<RepositoryOf>;
}

/** The folder of an execution, and whether it is its own. */
export type WorkspaceOf = Pick<
  ExecutionRecord,
  'execution_id' | 'uuid' | 'workspace' | 'workspace_path' | 'workspace_named'
>;

/** The folders that executions created for themselves. */
export interface MadeWorkspaces {
  /**
   * Removes the folder of an ended execution. `isWanted`: returns whether another execution will work in the folder with
   * this turn. Returns why it is kept; null: it is removed completely.
   */
  remove(of: WorkspaceOf, ended: Date, isWanted: (turn: string) => Promise<boolean>): Promise<string | null>;
}

/** What a worker announces about itself. */
export interface WorkerReport {
  worker: string;
  host: string;
  pid: number;
  version: string;
  /** When it started; RFC 3339. */
  since: string;
  /** The number of agents that all workers of the same scope may run together. */
  budget: { scope: string; agents: number };
  lanes: Record<Lane, { slots: number; running: number }>;
  /** True if it runs as root, which may not bypass permissions. */
  as_root: boolean;
  auth: AuthStatus;
  /** The known limits of its credential's plan. */
  plan?: readonly PlanReading[];
  machine?: {
    /** The load average per processor. */
    load_per_core: number;
    /** The share of its processors' time that was used since the last report, from 0 to 1; null: not known yet. */
    cpu_busy: number | null;
    /** Available memory in bytes; null: not known yet. */
    available_memory: number | null;
    gpus: readonly { busy: number | null; memory_used: number | null; memory_total: number | null }[];
  };
  /** The memory in bytes that each further prompt needs; 0: memory is not checked. */
  agent_memory?: number;
  /** How it finds the processes of a task; absent in an earlier version. */
  processes?: 'cgroup' | 'group and mark';
  /** Its hooks; absent if there are none. */
  hooks?: HookStatus;
}

/** The workers that are alive. */
export interface WorkerDirectory {
  announce(report: WorkerReport): Promise<void>;
  withdraw(worker: string): Promise<void>;
  list(): Promise<WorkerReport[]>;
}

export type HealthCheck = Health['checks'][string];

/** The latest runs of kinds of tasks, by the names of their levels (`levelsOf`). Bounded. */
export interface RunStatistics {
  /** Returns the latest runs of each level, newest first, in one round trip; unreadable runs are skipped. */
  read(levels: readonly string[]): Promise<Run[][]>;
  /** Adds a run to its levels, the agent's first, and drops what exceeds the bounds, in one step. */
  add(levels: readonly string[], run: Run): Promise<void>;
}
