import type { Usage } from '@cc-executor/contracts';
import { fieldsOf, tokensOr } from '../../lines/foreign.ts';

type Fields = Readonly<Record<string, unknown>>;
/** More than any turn costs, in US dollars. */
const MOST_COST = 1e6;

/**
 * Returns the tokens of a turn, by the answer that ends it; null: they are unknown. The field `usage` of the protocol's
 * drafts does not count: agents fill it with the tokens of the last request, or of the whole session.
 */
export function usageOf(answer: Fields): Usage | null {
  const quota = fieldsOf(fieldsOf(answer['_meta'])['quota']);
  const counted = fieldsOf(quota['token_count']);
  const [input, output] = [tokensOr(counted['input_tokens']), tokensOr(counted['output_tokens'])];
  if (input === null || output === null) return null;
  return { input_tokens: input, output_tokens: output, cache_read_tokens: 0, cache_creation_tokens: 0 };
}

/** Returns what a session has cost, in US dollars; null: it is unknown, or earlier attempts have paid for a part of it. */
export function costOf(update: Fields, isResumed: boolean): number | null {
  const { amount, currency } = fieldsOf(update['cost']);
  const isKnown = typeof amount === 'number' && amount >= 0 && amount <= MOST_COST && currency === 'USD';
  return isKnown && !isResumed ? amount : null;
}
