import type { OutcomeCode } from '@cc-executor/contracts';
import type { Heard } from './heard.ts';
import type { Judgement } from './outcome.ts';

/** The API rejects the request. In a resumed conversation, most of it comes from earlier attempts. */
const REFUSED: ReadonlySet<OutcomeCode> = new Set([
  'invalid_request',
  'conversation_refused',
  'prompt_too_long',
]);
/** Claude Code could not continue. If the model has produced nothing, the transcript is the reason. */
const NOT_BEGUN: ReadonlySet<OutcomeCode> = new Set(['agent_error', 'agent_crashed', 'no_result']);

/**
 * Returns how an attempt that resumed a conversation ended: where the conversation itself cannot be continued, the task
 * is not to blame, and `conversation_lost` replaces what was judged.
 */
export function judgeResumed({ outcome, message }: Judgement, heard: Pick<Heard, 'hasContent'>): Judgement {
  const isLost = REFUSED.has(outcome) || (NOT_BEGUN.has(outcome) && !heard.hasContent);
  return { outcome: isLost ? 'conversation_lost' : outcome, message };
}
