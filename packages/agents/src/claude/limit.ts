import { USAGE_LIMIT_ERROR_PREFIXES } from '@anthropic-ai/claude-agent-sdk';
import type { StreamFacts } from './stream-facts.ts';

/** The prefix that Claude Code puts before a server's message. */
const BEFORE = /^API Error: (?:Request rejected \(429\) · |\d{3} )?/;
/** The message before version 2. */
const OLD_WORDS = ['Claude AI usage limit reached', 'Claude usage limit reached'];
/** A limit of a plan, which resets by itself. All other messages are about money that somebody has to add. */
const RESETS = ["You've hit your", "You've reached your", ...OLD_WORDS];
const SPENDING = /^[^·]*spend limit/;

/**
 * Returns the limit that a failed request reports, by its event or its message; undefined: none. `status`: of the request; 0:
 * unknown. Only a 429 is caused by the limit of an earlier event: after one, a request can fail for any other reason.
 */
export function limitOf(
  { limitReached }: Pick<StreamFacts, 'limitReached'>,
  status: number,
  text: string,
): 'usage_limit' | 'billing' | undefined {
  const words = text.replace(BEFORE, '');
  const begins = (prefixes: readonly string[]) => prefixes.some((prefix) => words.startsWith(prefix));
  const isKnown = begins(RESETS) || begins(USAGE_LIMIT_ERROR_PREFIXES);
  const isTold = limitReached && (status === 0 || status === 429);
  if (!isTold && !isKnown) return undefined;
  // The money is spent, and no reset time of the plan is reported: waiting would not help.
  const isOfMoney = SPENDING.test(words) || (isKnown && !begins(RESETS));
  return isOfMoney && !/\bresets\b/.test(words) ? 'billing' : 'usage_limit';
}
