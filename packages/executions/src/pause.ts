import { CcError, type ExecutionStatus } from '@cc-executor/contracts';
import { changeState, illegal, mayBecome, type ControlPorts, type StateChange } from './change-state.ts';
import type { StoredStatus } from './ports.ts';

/**
 * Pauses an execution: its worker stops the processes of the running task where they are, and nothing new begins.
 * Does nothing when it is paused already. Throws EXECUTION_NOT_FOUND, or ILLEGAL_STATE when it has ended or is being
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
 * Lets a paused execution go on: where its processes stand, or, where they are gone, with a new attempt. One that waits
 * goes on now, whatever it waits for. Throws EXECUTION_NOT_FOUND, or ILLEGAL_STATE when it is neither.
 */
export async function resume(ports: ControlPorts, executionId: string): Promise<ExecutionStatus> {
  return await changeState(ports, executionId, (now) => {
    if (now.status !== 'paused' && now.status !== 'waiting') throw illegal(now.status, 'resumed');
    return resumption(now);
  });
}

/**
 * Resumes an execution that stands still for `reason`, by itself and not because somebody asked. `under_way`: it does not
 * stand still, but may in a moment; `other`: it stands still for something else, has ended, or is gone.
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
  // One that has begun is running as soon as a worker holds it; one that has not waits for its turn.
  const next = summary.started_at === null ? 'queued' : 'running';
  const data = { status: next, ...(message === undefined ? {} : { message }) } as const;
  return { event: { type: 'execution.resumed', data }, from: [status], to: { status: next, reason: null } };
}
