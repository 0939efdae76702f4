import type { AgentEnd } from '@cc-executor/agents';
import type { TaskState } from '@cc-executor/executions';

/** The number of previous prompts that must have been rejected with the same message. */
const BEFORE = 2;

/** Returns a message without what differs between requests: numbers and ids. */
const wordsOf = (message: string | null) => (message ?? '').replace(/\b[a-z]+_[A-Za-z0-9]{8,}\b|\d+/g, '');

/**
 * Returns how an attempt ended whose first request was rejected. If the previous prompts were rejected with the same
 * message, the prompts are not the cause, and the rest of the list would fail too. `before`: the tasks before it.
 */
export function refusedAlike(end: AgentEnd, before: readonly Pick<TaskState, 'end'>[]): AgentEnd {
  if (end.outcome !== 'invalid_request') return end;
  const words = wordsOf(end.message);
  const last = before.slice(-BEFORE).map((task) => task.end);
  const isAlike = last.every(
    (other) => other?.outcome === 'invalid_request' && wordsOf(other.message) === words,
  );
  return isAlike && last.length === BEFORE ? { ...end, outcome: 'all_refused' } : end;
}
