import { deniedText } from '../claude/denied-text.ts';
import type { TurnEnd, TurnSpec } from './spec.ts';

/** The longest answer of an agent, in UTF-16 units. */
export const ANSWER_UNITS = 8 * 1024 * 1024;

/** Returns what an answer that is too long means. `agent`: its name, for people. */
export function tooLarge(agent: string): string {
  return `A message of ${agent} has more than ${String(ANSWER_UNITS)} characters. Ask for less, or for a file.`;
}

/** Returns the end of a turn of which only the outcome is known. */
export function bareTurnEnd(
  outcome: TurnEnd['outcome'],
  message: string | null,
  denials: TurnEnd['denials'] = [],
): TurnEnd {
  return { outcome, message, result: null, json: null, mended: null, resets_at: null, denials };
}

/** Resolves with how a turn ended that its agent reports as done. `agent`: its name, for people. */
export async function judgeAnswer(
  { json, failsOnDenial }: Pick<TurnSpec, 'json' | 'failsOnDenial'>,
  { answer, denials, agent }: { answer: string; denials: TurnEnd['denials']; agent: string },
): Promise<TurnEnd> {
  const end = (outcome: TurnEnd['outcome'], message: string | null) => bareTurnEnd(outcome, message, denials);
  if (denials.length > 0 && failsOnDenial)
    return { ...end('permission_denied', deniedText(denials)), result: answer };
  if (answer.length > ANSWER_UNITS) return end('answer_too_large', tooLarge(agent));
  if (answer.trim() === '') return end('no_result', `The last answer of ${agent} has nothing in it.`);
  if (json === null) return { ...end('completed', null), result: answer };
  // It takes longer to load than all the rest, and most answers are text.
  const { readInThread } = await import('../claude/json/json-request.ts');
  const read = await readInThread({
    text: answer,
    isWhole: false,
    schema: json.schema === null ? null : JSON.stringify(json.schema),
    isBeside: false,
  });
  if ('fault' in read) return { ...end('invalid_output', read.fault), result: answer };
  return {
    ...end('completed', null),
    result: read.mended === null ? answer : read.json,
    json: JSON.parse(read.json) as unknown,
    mended: read.mended,
  };
}
