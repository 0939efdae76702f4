import type { EventData } from '@cc-executor/contracts';
import { deniedText } from './denied-text.ts';
import type { FinalAnswer } from './final-answer.ts';
import type { StreamFacts } from './stream-facts.ts';

/** Warns that Claude Code sent a message without a field that its event needs; once per attempt. */
export function misfitWarning(kind: string): EventData<'task.warning'> {
  const message = `Claude Code sent a message of another form than expected (${kind}). Such messages are in the log as they came; this version of Claude Code may be newer or older than the ones tested.`;
  return { code: 'agent_message_unknown', message };
}

/** Names what still ran when the agent had finished, as the agent describes it. */
export function leftText(descriptions: readonly string[]): string {
  return `Still running when the agent was done, and ended with it: ${descriptions.join('; ')}`;
}

/** Returns the warnings of an attempt at its end. */
export function warningsOf(
  { mended, outcome }: Pick<FinalAnswer, 'mended' | 'outcome'>,
  {
    denied,
    lostResults,
    notKept,
    usesOverage,
  }: Pick<StreamFacts, 'denied' | 'lostResults' | 'notKept' | 'usesOverage'>,
  leftBehind: readonly string[],
): EventData<'task.warning'>[] {
  const warnings: EventData<'task.warning'>[] = [];
  if (leftBehind.length > 0) warnings.push({ code: 'background_ended', message: leftText(leftBehind) });
  if (usesOverage && outcome !== 'usage_limit' && outcome !== 'overage') {
    const message = `The plan's limit is reached; the work continued with paid extra usage, because on_overage is not "wait" or "pause".`;
    warnings.push({ code: 'overage_used', message });
  }
  if (lostResults > 0) {
    const message = `The agent had written ${String(lostResults)} ${lostResults === 1 ? 'result' : 'results'} before its last one that never came.`;
    warnings.push({ code: 'result_lost', message });
  }
  if (notKept !== undefined) {
    const message = `The agent could not write down its conversation (${notKept}): after an interruption it would have started again.`;
    warnings.push({ code: 'conversation_not_kept', message });
  }
  if (mended !== null)
    warnings.push({ code: 'json_mended', message: `The answer was not JSON as it stood: ${mended}.` });
  if (denied.size > 0 && outcome !== 'permission_denied')
    warnings.push({ code: 'permission_denied', message: deniedText([...denied.values()]) });
  return warnings;
}
