import type { ExecutionStatus } from '@cc-executor/contracts';
import { changeState, illegal, mayBecome, type ControlPorts } from './change-state.ts';

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
  return await changeState(ports, executionId, ({ status, summary }) => {
    if (status !== 'paused' && status !== 'waiting') throw illegal(status, 'resumed');
    // One that has begun is running as soon as a worker holds it; one that has not waits for its turn.
    const next = summary.started_at === null ? 'queued' : 'running';
    return {
      event: { type: 'execution.resumed', data: { status: next } },
      from: [status],
      to: { status: next, reason: null },
    };
  });
}
