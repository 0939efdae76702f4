import type { NewEvent } from '@cc-executor/contracts';
import type { EventToStore } from './ports/log.ts';

/** Returns an event for the store: the envelope without its number, which only the store assigns. */
export function toStore(executionId: string, event: NewEvent, at: string): EventToStore {
  const { type, task, attempt, data } = event;
  const tail = JSON.stringify({ execution_id: executionId, at, type, task, attempt, data }).slice(1);
  return { type, tail };
}
