import type {
  ArchiveStatement,
  AttemptStatus,
  AuthStatus,
  ExecutionStatus,
  Health,
  HistoryRow,
  HookStatus,
} from '@cc-executor/contracts';
import type { PlanReading, Run } from '@cc-executor/foresight';
import type { ExecutionRecord, Lane, RepositoryOf } from './record.ts';
import type { ExecutionState, Summary, TaskState } from './state.ts';

/** An event as it stands in the log. `json` is the whole envelope: forwarded untouched, never built again. */
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

/** What a poll of an execution needs. */
export interface StoredStatus {
  execution_id: string;
  /** Null: an earlier version stored it. */
  title: string | null;
  labels: Readonly<Record<string, string>>;
  status: ExecutionStatus;
  reason: string | null;
  created_at: string;
  epoch: string;
  /** seq of the last event */
  head: number;
  summary: Summary;
  /** Whether its log and record have left the store. */
  isArchived: boolean;
}

/** All of an execution but its log. */
export interface StoredExecution {
  record: ExecutionRecord;
  state: ExecutionState;
  epoch: string;
  head: number;
}

/** One atomic step: events, and the state as it is after them. */
export interface Append {
  /** The owner's fencing token and its count of appends, from 1; null when the writer is not the owner. */
  writer: { token: string; counter: number } | null;
  /** The states in which this may be done; null: any. */
  from: readonly ExecutionStatus[] | null;
  /** The state after it, and why (undefined: for the reason that is stored); null: unchanged. */
  to: { status: ExecutionStatus; reason: string | null | undefined } | null;
  summary: Summary | null;
  /** The tasks that changed, by number from 1. */
  tasks: ReadonlyMap<number, TaskState>;
  events: readonly EventToStore[];
  /** True gives up the ownership in the same step, and asks for another worker. */
  release: boolean;
  /** With a release: when another worker is to be asked for; null: at once. */
  wakeAt: Date | null;
  /** After `rewound`: the epoch of the log from here on; null: unchanged. */
  epoch: string | null;
}

export type AppendResult =
  | { result: 'stored'; head: number }
  /** Redis came back without an append of this writer that it had stored: nothing is stored until a new epoch begins. */
  | { result: 'rewound'; head: number }
  /** Somebody else holds the execution: the writer must stop. */
  | { result: 'stale' }
  /** The execution is in a state in which this can't be done. */
  | { result: 'illegal'; status: ExecutionStatus }
  | { result: 'missing' };

export type ClaimResult =
  | {
      result: 'claimed';
      /** Counts the claims of an execution. */
      generation: number;
      /** Proves the ownership with each write; unlike that of any other claim. */
      token: string;
      execution: StoredExecution;
      /** The owner before, when it was lost in the middle of its work; else null. */
      lostOwner: string | null;
      /** When that one was last heard of; null: there is none, or an earlier version claimed it. */
      lastHeard: Date | null;
      /** How many owners in a row were lost before they began a task of it. */
      idleLosses: number;
    }
  /** Nothing to do: held, ended, gone, not due, or another execution has the workspace. */
  | { result: 'refused'; reason: 'held' | 'not_due' | 'ended' | 'missing' | 'workspace_taken' }
  /** Its record is of a newer schema than this worker knows; another worker is asked for in a minute. */
  | { result: 'refused'; reason: 'unreadable' };

/** An execution that a worker holds, and its last sign of life. */
export interface HeldExecution {
  executionId: string;
  generation: number;
  /** Grows with each sign of life of the owner. */
  beat: number;
  owner: string;
}

/** Tasks that may be what ends their workers are tried again one at a time, in the whole installation. */
export interface Suspects {
  /** Takes the turn for so many milliseconds; returns until when another execution has it, null: it is taken. */
  take: (executionId: string, forMs: number) => Promise<Date | null>;
}

/** A new execution. */
export interface Submission {
  record: ExecutionRecord;
  state: ExecutionState;
  events: readonly EventToStore[];
  /** The caller's key, and what tells its body from another; null without a key. */
  idempotency: { key: string; fingerprint: string } | null;
  /** By which its folder is told from others; default: its path. */
  turn?: string | undefined;
  /** For one that a task starts: below which execution it counts, and how many may. */
  family?: { root: string; limit: number } | undefined;
}

export type SubmitResult =
  | { result: 'stored'; executionId: string }
  /** The same key and body came before: this is the execution that they made. */
  | { result: 'repeated'; executionId: string }
  /** The same key came before with another body. */
  | { result: 'key_reused' }
  /** Its folder was to be its own, and another execution that has not ended wants it, or a part of it. */
  | { result: 'workspace_taken' }
  /** Its folder overlaps with that of an execution whose task submits it: each would wait for the other. */
  | { result: 'own_workspace'; executionId: string }
  /** As many as may be are below its root. */
  | { result: 'family_full' }
  | { result: 'in_use' };

/** What tells an archived execution from others that had its id. */
export interface ArchivedRun {
  executionId: string;
  epoch: string;
  /** seq of its last event. */
  head: number;
}

/** What an archive is: its bytes, and the text in them. */
export type ArchiveDigest = Omit<ArchiveStatement, 'execution_id' | 'manifest'>;

/** Where the logs and records of ended executions lie, out of Redis. */
export interface Archive {
  /**
   * Keeps an ended execution whole; when this resolves it is on disk. `seal` is called with what was written before it
   * appears; where that rejects, nothing is kept.
   */
  save(
    execution: StoredExecution,
    pages: AsyncIterable<StoredEvent[]>,
    seal?: (digest: ArchiveDigest) => Promise<void>,
  ): Promise<void>;
  /** The execution without its log; null when nothing was kept. Throws ARCHIVE_DAMAGED. */
  head(executionId: string): Promise<StoredExecution | null>;
  /**
   * A page of the log, as `EventLog.page` returns it. Throws ARCHIVE_DAMAGED, also for the archive of another execution
   * that had this id.
   */
  page(run: ArchivedRun, after: number, limit: number, signal?: AbortSignal): Promise<StoredEvent[]>;
  /** Removes all files of an execution. Its workspace is none of them. */
  remove(executionId: string): Promise<void>;
}

/** Which rows of the history are asked for. */
export interface HistoryQuery {
  /** Attempts that ended at or after this time. */
  from?: Date | undefined;
  /** Attempts that ended before this time. */
  to?: Date | undefined;
  status?: AttemptStatus | undefined;
  executionId?: string | undefined;
  limit?: number | undefined;
}

/** One row for each attempt that has ended, of every execution; in files, so that it outlives whatever Redis has. */
export interface History {
  /** Adds rows of one execution. A row that is there already counts once, for whoever reads. */
  add(record: HistoryPlace, rows: readonly HistoryRow[]): Promise<void>;
  /** Adds those of an execution's rows that are not there; when it resolves, all are on the disk. Gives how many. */
  complete(record: HistoryPlace, rows: readonly HistoryRow[]): Promise<number>;
  /** The newest execution first, and of each the latest attempt first; in batches of at most one execution. */
  read(query: HistoryQuery): AsyncIterable<HistoryRow[]>;
  /** Removes the rows of executions of which no attempt ended for so many days. Gives how many executions. */
  prune(days: number): Promise<number>;
}

/** What tells where an execution's rows are. */
export type HistoryPlace = Pick<ExecutionRecord, 'execution_id' | 'created_at'>;

/** The executions that have ended, by how long ago that is on the clock of whoever stores it; in ms. */
export interface EndedExecutions {
  /** Up to `limit` that ended `ageMs` ago and are in Redis still, the oldest first, without the first `skip`. */
  toArchive(ageMs: number, limit: number, skip: number): Promise<string[]>;
  /** Takes the log and the record out of Redis, where only the summary stays; false when it is not as it was read. */
  forget(executionId: string, head: number): Promise<boolean>;
  /** Up to `limit` that ended `ageMs` ago, or that are more than `keep`, the oldest first, without the first `skip`. */
  toPrune(ageMs: number, keep: number, limit: number, skip: number): Promise<string[]>;
  /** Returns whether one that has not ended works, or is to work, in the folder of this turn, or in a part of it. */
  isWanted(turn: string): Promise<boolean>;
  /** Removes what is left of it in Redis. */
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

/** Where executions are kept. Every write is one atomic step. */
export interface ExecutionStore {
  /** Record, index, idempotency key, wake-up and first events in one step. */
  submit(submission: Submission): Promise<SubmitResult>;
  read(executionId: string): Promise<StoredExecution | null>;
  /**
   * Returns an execution that is whole in the store itself, and the fencing token of its last claim; null: there is none,
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
   * Asks for a worker for an execution that has not ended; one that is held, or not due, is not disturbed. `head`: the
   * seq of an event that the log has had; when it is not there any more a new epoch begins.
   */
  wake(executionId: string, head?: number): Promise<void>;
  /** All executions that are held. */
  held(): Promise<HeldExecution[]>;
  /** Ends an ownership, and asks for another worker, if its sign of life is still this one; false when it is not. */
  expire(seen: HeldExecution): Promise<boolean>;
  /** Says that the owner of these lives; gives the state of each execution, `stale` where it is no longer the owner's. */
  heartbeat(held: readonly { executionId: string; token: string }[]): Promise<(ExecutionStatus | 'stale')[]>;
}

/** The numbered log of each execution. */
export interface EventLog {
  /**
   * Up to `limit` events after `after`, in order, and no more once they have a few MiB of text; none: the log has no
   * further ones. Stops early when `signal` aborts. Throws ARCHIVE_DAMAGED.
   */
  page(executionId: string, after: number, limit: number, signal?: AbortSignal): Promise<StoredEvent[]>;
  /** Calls `listener` with live events, in order, until the returned function is called. Some may be missed. */
  subscribe(executionId: string, listener: (events: StoredEvent[]) => void): Promise<() => Promise<void>>;
  /** Where the log ends; null when there is no such execution. */
  head(executionId: string): Promise<{ head: number; epoch: string; status: ExecutionStatus } | null>;
}

/** The queue's side of a submission. */
export interface WakeUps {
  /** Moves what waits in the outbox to the queue, soon; never throws. */
  relay(): void;
}

/** The start of a stored output, and how long the whole is. */
export interface OutputStart {
  text: string;
  totalBytes: number;
}

/** Which output of which attempt. */
export interface OutputAddress {
  executionId: string;
  /** From 1. */
  task: number;
  /** From 1. */
  attempt: number;
  /** `result`: a prompt's final answer. */
  stream: 'stdout' | 'stderr' | 'result';
}

/** Where whole outputs are read. */
export interface OutputReader {
  /** The first `limit` bytes, cut at a character; an output that was never written is empty. */
  start(address: OutputAddress, limit: number): Promise<OutputStart>;
  /** The last `limit` bytes, from a character on; null: nothing is kept of it. */
  tail(address: OutputAddress, limit: number): Promise<string | null>;
}

/** Where the name of a workspace leads. */
export interface WorkspacePlace {
  /** From the workspaces root, links resolved. */
  path: string;
  /** The same for all names of one folder, also on a disk to which upper and lower case are the same. */
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

/** The folders that tasks work in. */
export interface Workspaces {
  /**
   * Returns where a name leads. Throws WORKSPACE_INVALID when that is outside of the workspaces root, by dots or by a
   * link. Changes nothing.
   */
  resolve(name: string): Promise<WorkspacePlace>;
  /**
   * Returns a name for the folder of an execution that names none: its id, or, where that is taken or something of that
   * name is there, another one. Changes nothing.
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

/** What tells which folder an execution works in, and whether it is its own. */
export type WorkspaceOf = Pick<
  ExecutionRecord,
  'execution_id' | 'uuid' | 'workspace' | 'workspace_path' | 'workspace_named'
>;

/** The folders that executions have made for themselves. */
export interface MadeWorkspaces {
  /**
   * Removes that of an execution which ended then. `isWanted`: whether another execution is to work in the folder with
   * this turn. Returns why one is kept; null: nothing of it is left.
   */
  remove(of: WorkspaceOf, ended: Date, isWanted: (turn: string) => Promise<boolean>): Promise<string | null>;
}

/** What a worker tells about itself. */
export interface WorkerReport {
  worker: string;
  host: string;
  pid: number;
  version: string;
  /** When it started; RFC 3339. */
  since: string;
  /** How many agents all workers of the same scope may run together. */
  budget: { scope: string; agents: number };
  lanes: Record<Lane, { slots: number; running: number }>;
  /** Whether it runs as root, who may not do without permissions. */
  as_root: boolean;
  auth: AuthStatus;
  /** What is known of the limits of its credential's plan. */
  plan?: readonly PlanReading[];
  machine?: {
    /** Processes that want a processor, for each. */
    load_per_core: number;
    /** The part of its processors' time that was used since the last report, from 0 to 1; null: not known yet. */
    cpu_busy: number | null;
    /** Bytes that are to be had; null: not known yet. */
    available_memory: number | null;
    gpus: readonly { busy: number | null; memory_used: number | null; memory_total: number | null }[];
  };
  /** Bytes that have to be available for each further prompt; 0: memory is not looked at. */
  agent_memory?: number;
  /** By what it finds the processes of a task; absent of an earlier version. */
  processes?: 'cgroup' | 'group and mark';
  /** Its hooks; absent where there are none. */
  hooks?: HookStatus;
}

/** Which workers are alive. */
export interface WorkerDirectory {
  announce(report: WorkerReport): Promise<void>;
  withdraw(worker: string): Promise<void>;
  list(): Promise<WorkerReport[]>;
}

export type HealthCheck = Health['checks'][string];

/** The latest runs of kinds of tasks, by the names of their levels (`levelsOf`); bounded. */
export interface RunStatistics {
  /** The latest runs of each level, newest first, in one round trip; what can't be read as a run is left out. */
  read(levels: readonly string[]): Promise<Run[][]>;
  /** Adds a run to its levels, the agent's first, and forgets what is beyond the bounds, in one step. */
  add(levels: readonly string[], run: Run): Promise<void>;
}
