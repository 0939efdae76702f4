import type { AgentEnd } from '@cc-executor/agents';
import { OUTCOMES, type OutcomeCode } from '@cc-executor/contracts';

const STOPS: ReadonlySet<OutcomeCode> = new Set([
  'cancelled',
  'timed_out',
  'silent',
  'temp_full',
  'drained',
  'paused',
  'worker_lost',
]);

/** True where what ended one of the runs of an attempt ends the attempt from outside, whatever it is doing. */
export function isStop(outcome: OutcomeCode): boolean {
  return STOPS.has(outcome);
}

/** True where what ended one of the runs ends or holds up its attempt too: a limit is waited out, and it is made again. */
export function holdsUp(outcome: OutcomeCode): boolean {
  return isStop(outcome) || OUTCOMES[outcome].follows !== null;
}

/** Which limit ended it, and until when. */
export function limitOf({ resets_at, limit }: AgentEnd): Pick<AgentEnd, 'resets_at' | 'limit'> {
  return { resets_at, ...(limit === undefined ? {} : { limit }) };
}
