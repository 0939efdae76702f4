import { CcError, type ExecutionStatus } from '@cc-executor/contracts';
import { changeState, illegal, mayBecome, type ControlPorts, type StateChange } from './change-state.ts';
import type { StoredStatus } from './ports/store.ts';

/**
 * Pauses an execution: its worker suspends the processes of the running task, and nothing new starts.
 * Does nothing if it is already paused. Throws EXECUTION_NOT_FOUND, or ILLEGAL_STATE if it has ended or is being
 * cancelled.
 */
export async function pause(ports: ControlPorts, executionId: string): Promise<ExecutionStatus> {
  return await changeState(ports, executionId, ({ status }) => {
    if (status === 'paused') return null;
    if (!mayBecome(status, 'paused')) throw illegal(status, 'paused');
    const reason = 'user';
    return {
      event: { type: 'execution.paused', data: { reason } },
      from: [status],
      to: { status: 'paused', reason },
    };
  });
}

/**
 * Resumes a paused execution: its processes continue, or, if they are gone, a new attempt starts. A waiting one
 * continues now, whatever it waits for. Throws EXECUTION_NOT_FOUND, or ILLEGAL_STATE if it is neither.
 */
export async function resume(ports: ControlPorts, executionId: string): Promise<ExecutionStatus> {
  return await changeState(ports, executionId, (now) => {
    if (now.status !== 'paused' && now.status !== 'waiting') throw illegal(now.status, 'resumed');
    return resumption(now);
  });
}

/**
 * Resumes an execution that is blocked for `reason`, automatically and not by request. `under_way`: it is not blocked
 * yet, but may be in a moment; `other`: it is blocked for another reason, has ended, or does not exist.
 */
export async function resumeFrom(
  ports: ControlPorts,
  executionId: string,
  { reason, message }: { reason: string; message: string },
): Promise<'resumed' | 'under_way' | 'other'> {
  let result: Awaited<ReturnType<typeof resumeFrom>> = 'other';
  try {
    await changeState(ports, executionId, (now) => {
      const standsStill = now.status === 'paused' || now.status === 'waiting';
      result = now.status === 'running' || now.status === 'queued' ? 'under_way' : 'other';
      if (!standsStill || now.reason !== reason) return null;
      result = 'resumed';
      return resumption(now, message);
    });
  } catch (error) {
    if (error instanceof CcError && error.code === 'EXECUTION_NOT_FOUND') return 'other';
    throw error;
  }
  return result;
}

function resumption({ status, summary }: StoredStatus, message?: string): StateChange {
  // A started one is running as soon as a worker has its lease; one that has not started waits for its turn.
  const next = summary.started_at === null ? 'queued' : 'running';
  const data = { status: next, ...(message === undefined ? {} : { message }) } as const;
  return { event: { type: 'execution.resumed', data }, from: [status], to: { status: next, reason: null } };
}
