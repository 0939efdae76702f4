import type { AgentEnd } from '@cc-executor/agents';
import type { TaskState } from '@cc-executor/executions';

/** So many prompts before it have to have been refused in the same words. */
const BEFORE = 2;

/** The words without what differs from request to request: numbers and ids. */
const wordsOf = (message: string | null) => (message ?? '').replace(/\b[a-z]+_[A-Za-z0-9]{8,}\b|\d+/g, '');

/**
 * Returns how an attempt ended whose first request was refused. Where the prompts just before were refused in the same
 * words, the reason is not in the prompts: the rest of the list would go the same way. `before`: the tasks before it.
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
