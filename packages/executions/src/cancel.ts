import {
  CcError,
  isSettled,
  isTerminal,
  statesBefore,
  type ExecutionStatus,
  type NewEvent,
} from '@cc-executor/contracts';
import { notFound } from './read.ts';
import type { Append, ExecutionStore, StoredExecution, WakeUps } from './ports.ts';
import { applyEvent } from './state.ts';
import { endTotals } from './totals.ts';
import { toStore } from './to-store.ts';

/**
 * Cancels an execution. It is `cancelled` at once when it had not begun, else `cancelling` until its worker has ended
 * its processes; `isNew` is false when it was cancelled before. Throws EXECUTION_NOT_FOUND, or ILLEGAL_STATE when it
 * ended otherwise.
 */
export async function cancel(
  { store, wakeUps }: { store: ExecutionStore; wakeUps: WakeUps },
  executionId: string,
  reason = 'cancelled by request',
): Promise<{ status: ExecutionStatus; isNew: boolean }> {
  for (;;) {
    const execution = await store.read(executionId);
    if (!execution) throw notFound(executionId);
    const { status } = execution.state;
    if (status === 'cancelled' || status === 'cancelling') return { status, isNew: false };
    if (isTerminal(status))
      throw new CcError('ILLEGAL_STATE', `The execution is ${status}; there is nothing left to cancel.`, {
        status,
      });
    const { to, append } =
      status === 'queued' ? cancelQueued(execution, reason) : cancelBegun(execution, reason);
    const { result } = await store.append(executionId, append);
    if (result === 'stored') {
      wakeUps.relay();
      return { status: to, isNew: true };
    }
    // Its state changed in between: look again.
  }
}

/** Nothing of it runs: it ends in the same step. */
function cancelQueued(
  { record, state }: StoredExecution,
  reason: string,
): { to: ExecutionStatus; append: Append } {
  const at = new Date().toISOString();
  const events: NewEvent[] = [{ type: 'execution.cancelling', data: { reason } }];
  const touched = new Map<number, (typeof state.tasks)[number]>();
  state.tasks.forEach((task, index) => {
    if (isSettled(task.status)) return;
    events.push({ type: 'task.skipped', task: index + 1, data: { reason: 'cancelled' } });
    touched.set(index + 1, task);
  });
  for (const event of events) applyEvent(state, event, at);
  const last: NewEvent = { type: 'execution.cancelled', data: endTotals(state, at) };
  applyEvent(state, last, at);
  const stored = [...events, last].map((event) => toStore(record.execution_id, event, at));
  const change = {
    writer: null,
    from: ['queued'] as const,
    summary: state.summary,
    tasks: touched,
    release: false,
  };
  return { to: 'cancelled', append: { ...change, to: 'cancelled', events: stored } };
}

function cancelBegun({ record }: StoredExecution, reason: string): { to: ExecutionStatus; append: Append } {
  const event: NewEvent = { type: 'execution.cancelling', data: { reason } };
  const events = [toStore(record.execution_id, event, new Date().toISOString())];
  const from = statesBefore('cancelling').filter((status) => status !== 'queued');
  const append: Append = {
    writer: null,
    from,
    to: 'cancelling',
    summary: null,
    tasks: new Map(),
    events,
    release: false,
  };
  return { to: 'cancelling', append };
}
