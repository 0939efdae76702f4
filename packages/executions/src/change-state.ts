import {
  CcError,
  isTerminal,
  statesBefore,
  type ExecutionStatus,
  type NewEvent,
} from '@cc-executor/contracts';
import type { Append, ExecutionStore, StoredStatus, WakeUps } from './ports/store.ts';
import { notFound } from './stored-execution.ts';
import { toStore } from './to-store.ts';

export interface ControlPorts {
  store: ExecutionStore;
  wakeUps: WakeUps;
}

/** A change of an execution's state by a process without its lease: it changes no task. */
export interface StateChange {
  event: NewEvent;
  from: readonly ExecutionStatus[];
  to: NonNullable<Append['to']>;
}

/**
 * Makes a change that is chosen from the current state, again if the state changed in between; null: nothing to
 * do. Returns the state after it. Throws EXECUTION_NOT_FOUND, and what `choose` throws.
 */
export async function changeState(
  { store, wakeUps }: ControlPorts,
  executionId: string,
  choose: (now: StoredStatus) => StateChange | null,
): Promise<ExecutionStatus> {
  for (;;) {
    const now = await store.readStatus(executionId);
    if (!now) throw notFound(executionId);
    const change = choose(now);
    if (!change) return now.status;
    const events = [toStore(executionId, change.event, new Date().toISOString())];
    const untouched = {
      writer: null,
      summary: null,
      tasks: new Map(),
      release: false,
      wakeAt: null,
      epoch: null,
    };
    const { result } = await store.append(executionId, {
      ...untouched,
      from: change.from,
      to: change.to,
      events,
    });
    if (result === 'stored') {
      wakeUps.relay();
      return change.to.status;
    }
  }
}

/**
 * Returns an ILLEGAL_STATE error for a call that is not allowed in this state, which it names. `todo`: a sentence on what to
 * do; empty: there is nothing.
 */
export function illegal(status: ExecutionStatus, what: string, todo = ''): CcError {
  const why = isTerminal(status) ? `it has ended (${status})` : `it is ${status}`;
  const message = `The execution can't be ${what}: ${why}.`;
  return new CcError('ILLEGAL_STATE', todo === '' ? message : `${message} ${todo}`, { status });
}

/** Returns whether an execution may change from its state into another. */
export function mayBecome(status: ExecutionStatus, to: ExecutionStatus): boolean {
  return statesBefore(to).includes(status);
}
