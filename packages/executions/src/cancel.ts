import { numbered } from '@cc-executor/contracts/task-numbers';
import { isSettled, isTerminal, type ExecutionStatus, type NewEvent } from '@cc-executor/contracts';
import { changeState, illegal, type ControlPorts } from './change-state.ts';
import { notFound } from './stored-execution.ts';
import type { Append, StoredExecution } from './ports/store.ts';
import { applyEvent } from './apply-event.ts';
import { endTotals } from './totals.ts';
import { toStore } from './to-store.ts';

/**
 * Cancels an execution. It is `cancelled` at once if it had not started, else `cancelling` until its worker has ended
 * its processes. `isNew` is false if it was cancelled before. Throws EXECUTION_NOT_FOUND, or ILLEGAL_STATE if it
 * has ended in another way.
 */
export async function cancel(
  ports: ControlPorts,
  executionId: string,
  reason = 'cancelled by request',
): Promise<{ status: ExecutionStatus; isNew: boolean }> {
  if (await cancelQueued(ports, executionId, reason)) return { status: 'cancelled', isNew: true };
  let isNew = true;
  const status = await changeState(ports, executionId, (now) => {
    isNew = now.status !== 'cancelled' && now.status !== 'cancelling';
    if (!isNew) return null;
    if (isTerminal(now.status)) throw illegal(now.status, 'cancelled');
    return {
      event: { type: 'execution.cancelling', data: { reason } },
      from: [now.status],
      to: { status: 'cancelling', reason },
    };
  });
  return { status, isNew };
}

/** An execution that never started has no processes: it ends in one step. False if it has started. */
async function cancelQueued(
  { store, wakeUps }: ControlPorts,
  executionId: string,
  reason: string,
): Promise<boolean> {
  const execution = await store.read(executionId);
  if (!execution) throw notFound(executionId);
  if (execution.state.status !== 'queued') return false;
  const { result } = await store.append(executionId, wholeCancel(execution, reason));
  wakeUps.relay();
  return result === 'stored';
}

function wholeCancel({ record, state }: StoredExecution, reason: string): Append {
  const at = new Date().toISOString();
  const events: NewEvent[] = [{ type: 'execution.cancelling', data: { reason } }];
  const touched = new Map<number, (typeof state.tasks)[number]>();
  for (const [number, task] of numbered(state.tasks)) {
    if (isSettled(task.status)) continue;
    events.push({ type: 'task.skipped', task: number, data: { reason: 'cancelled' } });
    touched.set(number, task);
  }
  for (const event of events) applyEvent(state, event, at);
  const last: NewEvent = { type: 'execution.cancelled', data: endTotals(state, at) };
  applyEvent(state, last, at);
  return {
    writer: null,
    from: ['queued'],
    to: { status: 'cancelled', reason },
    summary: state.summary,
    tasks: touched,
    events: [...events, last].map((event) => toStore(record.execution_id, event, at)),
    release: false,
    wakeAt: null,
    epoch: null,
  };
}
