import type { AgentEnd } from '@cc-executor/agents';
import { isMarked, OUTCOMES, type OutcomeCode } from '@cc-executor/contracts';

/** Returns whether an outcome of one run ends the attempt from outside, whatever it is doing. */
export function isStop(outcome: OutcomeCode): boolean {
  return isMarked(outcome, 'stops');
}

/** Returns whether an outcome of one run ends or delays its attempt: after a limit it waits and is retried. */
export function holdsUp(outcome: OutcomeCode): boolean {
  return isStop(outcome) || OUTCOMES[outcome].follows !== null;
}

/** Returns the limit that ended it, and its reset. */
export function limitOf({ resets_at, limit }: AgentEnd): Pick<AgentEnd, 'resets_at' | 'limit'> {
  return { resets_at, ...(limit === undefined ? {} : { limit }) };
}
