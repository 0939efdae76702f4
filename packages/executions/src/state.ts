import type {
  Amendment,
  AttemptEnd,
  AttemptSnapshots,
  CarriedFrom,
  EventData,
  ExecutionStatus,
  OutcomeCode,
  Prediction,
  SkipReason,
  TaskStatus,
  TaskWarning,
} from '@cc-executor/contracts';
import { NOTHING_SPENT, type Spent } from './spent.ts';

/** The state of a task beyond its record; its cost is the sum over all attempts. */
export interface TaskState extends Spent {
  status: TaskStatus;
  /** The number of the last attempt; 0: none yet. */
  attempt: number;
  /** The number of attempts that count against its retries. */
  tries: number;
  /** The number of last attempts in a row that ended in a short wait. */
  short_waits: number;
  /** When the first of these ended, RFC 3339; null: none. */
  waiting_since: string | null;
  /** How many times in a row its worker was lost while it ran. */
  losses: number;
  /** How many of these happened within seconds of its start. */
  early_losses: number;
  /** How many of its conversations could not be resumed. */
  lost_conversations: number;
  /** True if an answer reached the limit of output tokens. */
  hit_output_limit: boolean;
  /** True if an attempt ended without a result, or with an empty answer. */
  had_no_result: boolean;
  /** True if the model refused to answer. */
  was_refused: boolean;
  started_at: string | null;
  completed_at: string | null;
  end: AttemptEnd | null;
  /** The agent's last conversation, and the cost of all attempts in it; null: none. */
  session: (Spent & { id: string }) | null;
  /** The predicted time of its last attempt. */
  prediction: Prediction | null;
  /** The last amendment of its prompt, and its attempt; null: none. */
  amendment: (Amendment & { attempt: number }) | null;
  /** From its last attempt, and from those whose conversation it resumed. */
  warnings: TaskWarning[];
  /** The hashes of the receipts of its attempts, by number; null: its evidence is missing. */
  receipts: (string | null)[];
  /** The attempt of another execution whose result it has, without being run; absent: none. */
  carried_from?: CarriedFrom;
  /** The snapshots around its attempts, by their number; null: none are known. Absent while there are none. */
  snapshots?: (AttemptSnapshots | null)[];
  /** Why it was never started; absent: it was, or may be, or an earlier version did not store it. */
  skipped?: SkipReason;
  /** Whether its last attempt works in a copy of the workspace; absent: none of its list does, or it has not begun. */
  in_copy?: boolean;
  /** True if it was skipped because nothing that it needs had failed. Absent otherwise. */
  not_needed?: boolean;
}

/** The summary of the state for polling; its cost is the sum over all attempts of all tasks. */
export interface Summary extends Spent {
  started_at: string | null;
  completed_at: string | null;
  total_tasks: number;
  completed_tasks: number;
  failed_tasks: number;
  settled_tasks: number;
  /** Absent while 0: an ended execution takes little space. */
  timed_out_tasks?: number;
  skipped_tasks?: number;
  cancelled_tasks?: number;
  not_run_tasks?: number;
  not_taken_tasks?: number;
  warned_tasks?: number;
  /** Those of its settled tasks, each once; absent: there are none, or an earlier version stored it. */
  outcomes?: OutcomeCode[];
  /** e.g. "Task 2: write the tests": the first of those that run. */
  current_task: string | null;
  /** The tasks that run, if there are several, in their order; as in `current_task`. */
  running_tasks?: string[];
  /** When a waiting execution continues, or a paused one retries its credential. */
  waiting_until: string | null;
  /** The forecast of its time when its last task started, at `since`; null: none. In seconds. */
  forecast: { since: string; expected: number; likely: number; rest: number } | null;
  /**
   * The number of receipts, and the hash of the last; `manifest`: the hash of what was signed at its end; null: nothing
   * was signed; absent: it has not ended, or an earlier version wrote it.
   */
  evidence: { receipts: number; head: string | null; manifest?: string | null };
  /** The tries to clone its repository that failed, and the time of the first; absent: none, or a task has started since. */
  clone?: { since: string; tries: number };
  /** The part of the branch in the user's repository or its remote; absent: none is known. */
  delivered?: EventData<'workspace.delivered'>;
}

/** The state of an execution: a fold of its log. */
export interface ExecutionState {
  status: ExecutionStatus;
  /** Why it is paused, cancelling or failed; null otherwise. */
  reason: string | null;
  summary: Summary;
  tasks: TaskState[];
}

export const NO_EVIDENCE: Summary['evidence'] = { receipts: 0, head: null };

/** Returns the state before the first event. */
export function initialState(totalTasks: number): ExecutionState {
  return {
    status: 'queued',
    reason: null,
    summary: {
      started_at: null,
      completed_at: null,
      total_tasks: totalTasks,
      completed_tasks: 0,
      failed_tasks: 0,
      settled_tasks: 0,
      current_task: null,
      waiting_until: null,
      forecast: null,
      evidence: NO_EVIDENCE,
      ...NOTHING_SPENT,
    },
    tasks: Array.from({ length: totalTasks }, () => ({
      status: 'pending',
      attempt: 0,
      tries: 0,
      short_waits: 0,
      waiting_since: null,
      losses: 0,
      early_losses: 0,
      lost_conversations: 0,
      hit_output_limit: false,
      had_no_result: false,
      was_refused: false,
      started_at: null,
      completed_at: null,
      end: null,
      session: null,
      prediction: null,
      amendment: null,
      warnings: [],
      receipts: [],
      ...NOTHING_SPENT,
    })),
  };
}
/** Returns the tasks that run, as in `current_task`. */
export function runningOf({
  current_task,
  running_tasks,
}: Pick<Summary, 'current_task' | 'running_tasks'>): string[] {
  return running_tasks ?? (current_task === null ? [] : [current_task]);
}
