import type { AgentEnd } from '@cc-executor/agents';
import { isMarked, OUTCOMES, type AgentName, type OutcomeCode } from '@cc-executor/contracts';

/** Returns whether an outcome of one run ends the attempt from outside, whatever it is doing. */
export function isStop(outcome: OutcomeCode): boolean {
  return isMarked(outcome, 'stops');
}

/** Returns whether an outcome of one run ends or delays its attempt: after a limit it waits and is retried. */
export function isBlocking(outcome: OutcomeCode): boolean {
  return isStop(outcome) || OUTCOMES[outcome].follows !== null;
}

/** Returns the limit that ended the run of a helper, its reset, and whose it is if it is not that of the task's own agent. */
export function limitOf(
  { resets_at, limit, outcome, unproven }: AgentEnd,
  helper: AgentName,
  own: AgentName,
): Pick<AgentEnd, 'resets_at' | 'limit' | 'held_up_by' | 'unproven'> {
  return {
    resets_at,
    ...(limit === undefined ? {} : { limit }),
    ...(unproven && { unproven }),
    ...(helper !== own && !isStop(outcome) && { held_up_by: helper }),
  };
}
