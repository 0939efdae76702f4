import type { AttemptEnd, Usage } from '@cc-executor/contracts';

/** What attempts cost. */
export type Spent = Pick<AttemptEnd, 'cost_usd' | 'usage'>;

export const NOTHING_SPENT: Spent = { cost_usd: null, usage: null };

/** Both together; what is not known of one is taken from the other. */
export function addSpent(a: Spent, b: Spent): Spent {
  const cost_usd =
    a.cost_usd === null || b.cost_usd === null ? (a.cost_usd ?? b.cost_usd) : a.cost_usd + b.cost_usd;
  return {
    cost_usd,
    usage: a.usage === null || b.usage === null ? (a.usage ?? b.usage) : add(a.usage, b.usage),
  };
}

function add(a: Usage, b: Usage): Usage {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cache_read_tokens: a.cache_read_tokens + b.cache_read_tokens,
    cache_creation_tokens: a.cache_creation_tokens + b.cache_creation_tokens,
  };
}
