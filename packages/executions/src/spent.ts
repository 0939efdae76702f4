import type { AttemptEnd, Usage } from '@cc-executor/contracts';

/** The cost of attempts. */
export type Spent = Pick<AttemptEnd, 'cost_usd' | 'usage'>;

export const NOTHING_SPENT: Spent = { cost_usd: null, usage: null };

/** Returns the sum; an unknown value of one is taken from the other. */
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

/** Returns the difference of two totals with the same start. Never below 0; unknown if one is unknown. */
export function spentSince(total: Spent, before: Spent): Spent {
  const less = (now: number, then: number) => Math.max(0, now - then);
  const [now, then] = [total.usage, before.usage];
  return {
    cost_usd: total.cost_usd === null ? null : less(total.cost_usd, before.cost_usd ?? 0),
    usage:
      now === null || then === null
        ? now
        : {
            input_tokens: less(now.input_tokens, then.input_tokens),
            output_tokens: less(now.output_tokens, then.output_tokens),
            cache_read_tokens: less(now.cache_read_tokens, then.cache_read_tokens),
            cache_creation_tokens: less(now.cache_creation_tokens, then.cache_creation_tokens),
          },
  };
}
