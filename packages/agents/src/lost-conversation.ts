import { isMarked, type OutcomeCode } from '@cc-executor/contracts';

/**
 * Returns the outcome of an attempt that resumed a conversation: where the conversation itself cannot be continued, the
 * task is not to blame, and `conversation_lost` replaces what was judged. `hasContent`: the model has produced something
 * in this attempt.
 */
export function judgeResumed(outcome: OutcomeCode, hasContent: boolean): OutcomeCode {
  // Where the model refuses the request, most of it comes from earlier attempts; where the agent could not continue and
  // the model has produced nothing, what the agent has kept is the reason.
  const isLost =
    isMarked(outcome, 'blames_conversation') ||
    (isMarked(outcome, 'blames_silent_conversation') && !hasContent);
  return isLost ? 'conversation_lost' : outcome;
}
