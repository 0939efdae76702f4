import { isMarked } from '@cc-executor/contracts';
import type { Heard } from './heard.ts';
import type { Judgement } from './outcome.ts';

/**
 * Returns how an attempt that resumed a conversation ended: where the conversation itself cannot be continued, the task
 * is not to blame, and `conversation_lost` replaces what was judged.
 */
export function judgeResumed({ outcome, message }: Judgement, heard: Pick<Heard, 'hasContent'>): Judgement {
  // Where the API rejects the request, most of it comes from earlier attempts; where Claude Code could not continue and
  // the model has produced nothing, the transcript is the reason.
  const isLost =
    isMarked(outcome, 'blames_conversation') ||
    (isMarked(outcome, 'blames_silent_conversation') && !heard.hasContent);
  return { outcome: isLost ? 'conversation_lost' : outcome, message };
}
