import type { EventType } from './events.ts';

const LAST_EVENTS: ReadonlySet<string> = new Set<EventType>([
  'execution.completed',
  'execution.failed',
  'execution.cancelled',
]);

/** Returns whether a type ends a log. */
export function isLastEvent(type: string): boolean {
  return LAST_EVENTS.has(type);
}
