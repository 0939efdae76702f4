import type { ExecutionStatus } from '@cc-executor/contracts';
import { Overview } from '../overview.ts';

/** How often a client is asked to look, in milliseconds. */
const POLL_INTERVAL = 2000;

/** A list whose tasks failed is a result, as the tool gives it: `failed` is for calls that gave none. */
const STATUSES: Readonly<Record<ExecutionStatus, 'working' | 'completed' | 'cancelled'>> = {
  queued: 'working',
  running: 'working',
  // What has to be done is outside of the protocol, and told in the message.
  paused: 'working',
  waiting: 'working',
  cancelling: 'working',
  completed: 'completed',
  failed: 'completed',
  cancelled: 'cancelled',
};

/** An execution as a task of the protocol, by what a tool answers about it; the ids are the same. Times in milliseconds. */
export function taskOf(answer: unknown) {
  const about = Overview.parse(answer);
  const { execution_id: taskId, status, reason, progress, next } = about;
  return {
    taskId,
    status: STATUSES[status],
    statusMessage: `${status}${reason === null ? '' : ` (${reason})`}: ${progress}. ${next}`,
    createdAt: about.created_at,
    lastUpdatedAt: about.completed_at ?? about.started_at ?? about.created_at,
    // It is kept as long as the execution is.
    ttlMs: null,
    pollIntervalMs: POLL_INTERVAL,
  };
}
