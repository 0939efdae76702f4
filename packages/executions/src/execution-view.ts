import {
  progressText,
  statusText,
  type ExecutionPage,
  type ExecutionStatus,
  type StatusView,
} from '@cc-executor/contracts';
import type { StoredStatus } from './ports/store.ts';
import { runningOf, type Summary } from './state.ts';
import { timesOf } from './times.ts';

/** Returns what was delivered to the repository, if anything was. */
export function deliveredOf({ delivered }: Summary): Pick<StatusView, 'delivered'> {
  return delivered ? { delivered } : {};
}

/** Returns the fields of an execution that lists and its own view share. */
export function summaryView({
  execution_id,
  title,
  labels,
  status,
  reason,
  created_at,
  rerun_of,
  reruns,
  paused_seconds,
  summary,
}: Omit<
  StoredStatus,
  'isArchived' | 'workspace' | 'branch' | 'waiting_for'
>): ExecutionPage['executions'][number] {
  const { forecast, evidence: _, outcomes: __, delivered: ___, clone: ____, ...told } = summary;
  // A paused execution keeps what it waited for before.
  const standsStill = status === 'waiting' || (status === 'paused' && reason === 'auth_required');
  const waiting_until = standsStill ? summary.waiting_until : null;
  return {
    execution_id,
    title,
    labels,
    ...(rerun_of !== null && { rerun_of }),
    ...(reruns.length > 0 && { reruns: [...reruns] }),
    status,
    reason,
    created_at,
    ...told,
    running_tasks: runningOf(summary),
    waiting_until,
    ...progressView(status, summary),
    ...timesOf({ status, paused_seconds }, summary, forecast),
  };
}

/** Returns the counts of tasks, and the progress as a text. */
export function progressView(status: ExecutionStatus, summary: Summary) {
  const { timed_out_tasks = 0, skipped_tasks = 0, cancelled_tasks = 0 } = summary;
  const { not_run_tasks = 0, not_taken_tasks = 0, warned_tasks = 0 } = summary;
  return {
    timed_out_tasks,
    skipped_tasks,
    cancelled_tasks,
    not_run_tasks,
    not_taken_tasks,
    warned_tasks,
    progress: progressText(summary),
    status_text: statusText(status, warned_tasks > 0),
  };
}
