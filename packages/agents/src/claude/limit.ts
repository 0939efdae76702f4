import { USAGE_LIMIT_ERROR_PREFIXES } from '@anthropic-ai/claude-agent-sdk';
import type { Heard } from './heard.ts';

/** What Claude Code puts before the words of a server. */
const BEFORE = /^API Error: (?:Request rejected \(429\) · |\d{3} )?/;
/** The words before version 2. */
const OLD_WORDS = ['Claude AI usage limit reached', 'Claude usage limit reached'];
/** A limit of a plan: it resets by itself. All other words are of money that somebody has to add. */
const RESETS = ["You've hit your", "You've reached your", ...OLD_WORDS];
const SPENDING = /^[^·]*spend limit/;

/**
 * Which limit a failed request tells of, by its event or its words; undefined: none. `status`: of the request; 0: not
 * known. Only a 429 is of the limit that an event told: after one, a request can fail for any other reason.
 */
export function limitOf(
  { limitReached }: Pick<Heard, 'limitReached'>,
  status: number,
  text: string,
): 'usage_limit' | 'billing' | undefined {
  const words = text.replace(BEFORE, '');
  const begins = (prefixes: readonly string[]) => prefixes.some((prefix) => words.startsWith(prefix));
  const isKnown = begins(RESETS) || begins(USAGE_LIMIT_ERROR_PREFIXES);
  const isTold = limitReached && (status === 0 || status === 429);
  if (!isTold && !isKnown) return undefined;
  // Money is spent, and no time is told at which the plan itself allows more: waiting would not help.
  const isOfMoney = SPENDING.test(words) || (isKnown && !begins(RESETS));
  return isOfMoney && !/\bresets\b/.test(words) ? 'billing' : 'usage_limit';
}
