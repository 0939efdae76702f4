import type { EventData, NewEvent, RepositoryRecord } from '@cc-executor/contracts';
import type { RerunOf, TaskRecord } from '../record.ts';
import { applyEvent } from '../apply-event.ts';
import { type ExecutionState } from '../state.ts';

/** The data that an execution takes over from the one that it reruns. */
export interface RerunPlan {
  rerun: RerunOf;
  tasks: TaskRecord[];
  /** The tasks whose results it has; by number from 1. */
  carried: readonly { task: number; data: EventData<'task.carried'> }[];
  /** Returns the repository that the new execution works for; null: none. Throws as `Repositories.find` does. */
  repository: (id: string, isOwner: boolean) => Promise<RepositoryRecord | null>;
}

/** Applies to a new state what its execution takes over, and returns the events of that. */
export function withCarried(state: ExecutionState, again: RerunPlan | undefined, at: string): NewEvent[] {
  const events = (again?.carried ?? []).map((one): NewEvent => ({ type: 'task.carried', ...one }));
  for (const event of events) applyEvent(state, event, at);
  return events;
}
