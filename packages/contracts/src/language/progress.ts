/** The number of an execution's tasks in each state. Optional ones are absent if an older version counted. */
export interface TaskCounts {
  /** Tasks of the list. */
  total_tasks: number;
  /** Succeeded, with warnings or without. */
  completed_tasks: number;
  /** Failed or timed out, without variants beside one that was taken. */
  failed_tasks: number;
  /** Those of the failed ones that timed out. */
  timed_out_tasks?: number | undefined;
  /** Never started: an earlier one did not succeed, or their condition was not met. */
  skipped_tasks?: number | undefined;
  /** A cancel ended them, or prevented them from starting. */
  cancelled_tasks?: number | undefined;
  /** Never started, and never will be. */
  not_run_tasks?: number | undefined;
  /** Variants that did not succeed, beside one that was taken. They are in no other count but `total_tasks`. */
  not_taken_tasks?: number | undefined;
  /** Tasks that completed with warnings. */
  warned_tasks?: number | undefined;
}

/** The counted properties of a task; `attempt` 0: it never started. */
export interface CountedTask {
  /** Its state. */
  status: string;
  /** The number of its last attempt. */
  attempt: number;
  /** Whether it has warnings. */
  isWarned: boolean;
  /** Of one of several variants, whether it was taken; absent: none was taken yet, or it is none. */
  taken?: boolean | undefined;
}

/** Returns the counts of these tasks. */
export function countTasks(tasks: readonly CountedTask[]): Record<keyof TaskCounts, number> {
  const counted = tasks.filter((task) => !isSetAside(task));
  const count = (is: (task: CountedTask) => boolean) => counted.filter(is).length;
  return {
    total_tasks: tasks.length,
    completed_tasks: count(({ status }) => status === 'completed'),
    failed_tasks: count(({ status }) => status === 'failed' || status === 'timed_out'),
    timed_out_tasks: count(({ status }) => status === 'timed_out'),
    skipped_tasks: count(({ status }) => status === 'skipped'),
    cancelled_tasks: count(({ status }) => status === 'cancelled'),
    not_run_tasks: count(isNotRun),
    not_taken_tasks: tasks.length - counted.length,
    warned_tasks: count(({ status, isWarned }) => status === 'completed' && isWarned),
  };
}

/** Returns whether a task is a variant that did not succeed beside one that was taken: that is no failure of its list. */
export function isSetAside({ status, taken }: Pick<CountedTask, 'status' | 'taken'>): boolean {
  return taken === false && ['failed', 'timed_out', 'skipped', 'cancelled'].includes(status);
}

/** Returns whether a task never started and never will. */
export function isNotRun({ status, attempt }: Pick<CountedTask, 'status' | 'attempt'>): boolean {
  return status === 'skipped' || (status === 'cancelled' && attempt === 0);
}

/**
 * Returns the progress of an execution for people, e.g. "1/50 tasks completed, 1 failed, 48 not run". It starts with
 * the completed tasks; counts of 0 are omitted.
 */
export function progressText(counts: TaskCounts): string {
  const { total_tasks, completed_tasks, failed_tasks, skipped_tasks = 0 } = counts;
  const { timed_out_tasks = 0, cancelled_tasks = 0, not_run_tasks = 0, warned_tasks = 0 } = counts;
  const { not_taken_tasks = 0 } = counts;
  const cancelledBefore = Math.max(0, not_run_tasks - skipped_tasks);
  const others = [
    [failed_tasks - timed_out_tasks, 'failed'],
    [timed_out_tasks, 'timed out'],
    [cancelled_tasks - cancelledBefore, 'cancelled'],
    [not_run_tasks, 'not run'],
    [not_taken_tasks, not_taken_tasks === 1 ? 'variant not taken' : 'variants not taken'],
  ] as const;
  const warned = warned_tasks > 0 ? ` (${String(warned_tasks)} with warnings)` : '';
  const told = others.flatMap(([count, what]) => (count > 0 ? [`${String(count)} ${what}`] : []));
  return [`${String(completed_tasks)}/${String(total_tasks)} tasks completed${warned}`, ...told].join(', ');
}

const REASONS: Readonly<Record<string, string>> = {
  backoff: 'a short wait before the next attempt',
  burst: 'too many requests at once',
  outage: 'an outage of the model',
  repository: 'its repository cannot be reached',
  usage_limit: "the plan's usage limit",
  auth_required: 'a login is required',
  spend_limit: 'a limit of spending',
  user: 'by a person',
};

/** Returns the reason of a wait or a pause for people: of a code in words, of a sentence itself. */
export function reasonText(reason: string): string {
  return Object.hasOwn(REASONS, reason) ? (REASONS[reason] ?? reason) : reason;
}

/** Returns the state of an execution for people, with the reason of a wait or a pause, e.g. "paused (a login is required)". */
export function standingText(status: string, reason: string | null, counts: TaskCounts): string {
  const text = statusText(status, (counts.warned_tasks ?? 0) > 0);
  // The reason of an end is the progress.
  const isTold = reason === null || reason === progressText(counts);
  return isTold ? text : `${text} (${reasonText(reason)})`;
}

/** The ends of an attempt after which there is another one; `retry`: by the retries of its task. */
const ATTEMPT_REASONS: Readonly<Record<string, string>> = {
  retry: 'the one before failed',
  paused: 'a long pause is over',
  drained: 'its worker was stopped',
  worker_lost: 'its worker was lost',
  conversation_lost: 'its conversation was refused',
  no_result: 'the agent ended without a result',
  auth_failed: 'the credential was refused',
  usage_limit: "the plan's usage limit was reached",
  rate_limited: 'too many requests came at once',
  overloaded: 'the model was overloaded',
  server_error: 'the model answered with an error',
  network: 'the model was out of reach',
  billing: 'no credit was left',
  overage: "the plan's limit was reached",
  account_disabled: 'the account was disabled',
  all_refused: 'the model refused every prompt alike',
};

/** Returns the reason of an attempt after the first one for people: how the one before ended. */
export function attemptReasonText(reason: string): string {
  return Object.hasOwn(ATTEMPT_REASONS, reason)
    ? (ATTEMPT_REASONS[reason] ?? reason)
    : reason.replaceAll('_', ' ');
}

/** Returns a state for people; a completed task or execution with warnings is "completed with warnings". */
export function statusText(status: string, isWarned: boolean): string {
  return status === 'completed' && isWarned ? 'completed with warnings' : status.replaceAll('_', ' ');
}
