import type { ExecutionStatus } from '@cc-executor/contracts';
import { standingText } from '@cc-executor/contracts/progress';
import { Overview } from '../overview.ts';

/** The suggested polling interval, in milliseconds. */
const POLL_INTERVAL = 2000;

/** A list with failed tasks is a result: `failed` is for calls without one. */
const STATUSES: Readonly<Record<ExecutionStatus, 'working' | 'completed' | 'cancelled'>> = {
  queued: 'working',
  running: 'working',
  // The required action is outside the protocol, and is in the message.
  paused: 'working',
  waiting: 'working',
  cancelling: 'working',
  completed: 'completed',
  failed: 'completed',
  cancelled: 'cancelled',
};

/** Returns an execution as a task of the protocol, from a tool's answer; the ids are equal. Times in milliseconds. */
export function taskOf(answer: unknown) {
  const about = Overview.parse(answer);
  const { execution_id: taskId, status, reason, progress, next } = about;
  return {
    taskId,
    status: STATUSES[status],
    statusMessage: `${standingText(status, reason, about)}: ${progress}. ${next}`,
    createdAt: about.created_at,
    lastUpdatedAt: about.completed_at ?? about.started_at ?? about.created_at,
    // It is kept as long as the execution.
    ttlMs: null,
    pollIntervalMs: POLL_INTERVAL,
  };
}
