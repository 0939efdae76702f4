import type { PlanUse } from '@cc-executor/contracts';
import { timeOf } from './time-of.ts';

type Headers = Readonly<Record<string, string>>;

const PREFIX = 'anthropic-ratelimit-unified-';
/** The limits whose use is in each answer, by the part of their headers' names. */
const WINDOWS = { '5h': 'five_hour', '7d': 'seven_day' } as const;

/** A limit that was reached, as an answer of the API names it. */
export interface ReachedLimit {
  /** five_hour, seven_day …; null: not named. */
  limit: string | null;
  /** RFC 3339; null: not named. */
  resetsAt: string | null;
}

/** Returns the limit that an answer was refused for; null: it names none. `headers`: by their names in lower case. */
export function reachedLimit(headers: Headers): ReachedLimit | null {
  if (headers[`${PREFIX}status`] !== 'rejected') return null;
  return {
    limit: headers[`${PREFIX}representative-claim`] ?? null,
    resetsAt: resetOf(headers[`${PREFIX}reset`]),
  };
}

/** Returns how much of the plan's limits is used, by the headers of an answer; empty: it does not say. */
export function planOf(headers: Headers): PlanUse[] {
  const plan: PlanUse[] = [];
  for (const [part, limit] of Object.entries(WINDOWS)) {
    const used = Number(headers[`${PREFIX}${part}-utilization`] || NaN);
    if (used >= 0 && used < Infinity)
      plan.push({ limit, used, resets_at: resetOf(headers[`${PREFIX}${part}-reset`]) });
  }
  const reached = reachedLimit(headers);
  if (reached?.limit == null) return plan;
  const others = plan.filter(({ limit }) => limit !== reached.limit);
  return [...others, { limit: reached.limit, used: 1, resets_at: reached.resetsAt }];
}

/** `seconds`: since 1970. */
function resetOf(seconds: string | undefined): string | null {
  return timeOf(Number(seconds || NaN));
}
