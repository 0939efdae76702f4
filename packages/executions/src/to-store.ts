import type { NewEvent } from '@cc-executor/contracts';
import type { EventToStore } from './ports.ts';

/** An event as the store takes it: the envelope without its number, which the store alone can give. */
export function toStore(executionId: string, event: NewEvent, at: string): EventToStore {
  const { type, task, attempt, data } = event;
  const tail = JSON.stringify({ execution_id: executionId, at, type, task, attempt, data }).slice(1);
  return { type, tail };
}
