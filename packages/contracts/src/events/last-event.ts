import type { EventType } from './events.ts';

const LAST_EVENTS: ReadonlySet<string> = new Set<EventType>([
  'execution.completed',
  'execution.failed',
  'execution.cancelled',
]);

/** True for the types after which a log has no further event. */
export function isLastEvent(type: string): boolean {
  return LAST_EVENTS.has(type);
}
