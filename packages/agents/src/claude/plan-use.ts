import type { PlanUse } from '@cc-executor/contracts';
import { recordOf, textOr } from './read.ts';
import { timeOf } from './time-of.ts';

/** Returns how much of the plan's limits is used, as Claude Code reports it; empty if it does not. */
export function planUse(info: Readonly<Record<string, unknown>>): PlanUse[] {
  const { utilization, resetsAt, status } = info;
  const rateLimitType = textOr(info['rateLimitType'], undefined);
  // Seen in 2.1.330, and missing in the SDK's types: all windows. Earlier versions reported only the narrowest one.
  const windows = new Map(Object.entries(recordOf(info['unifiedWindows'])));
  if (rateLimitType !== undefined && !windows.has(rateLimitType))
    windows.set(rateLimitType, { utilization, resetsAt });
  return [...windows].flatMap(([limit, window]) => {
    const told = recordOf(window);
    const isReached = limit === rateLimitType && status === 'rejected';
    const used = isReached ? 1 : told['utilization'];
    if (typeof used !== 'number' || !(used >= 0)) return [];
    return [{ limit, used, resets_at: timeOf(told['resetsAt']) }];
  });
}
