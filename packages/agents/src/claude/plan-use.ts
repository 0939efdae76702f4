import type { SDKRateLimitInfo } from '@anthropic-ai/claude-agent-sdk';
import type { PlanUse } from '@cc-executor/contracts';
import { timeOf } from './time-of.ts';

/** How much of the plan's limits is used, as Claude Code tells it; empty where it does not. */
export function planUse(info: SDKRateLimitInfo): PlanUse[] {
  const { rateLimitType, utilization, resetsAt, status } = info;
  // Seen in 2.1.330, and not in the SDK's types: all windows, where a client before had the narrowest one alone.
  const { unifiedWindows = {} } = info as { unifiedWindows?: Record<string, unknown> };
  const windows = new Map(Object.entries(unifiedWindows));
  if (rateLimitType !== undefined && !windows.has(rateLimitType))
    windows.set(rateLimitType, { utilization, resetsAt });
  return [...windows].flatMap(([limit, window]) => {
    const told = (window ?? {}) as { utilization?: unknown; resetsAt?: unknown };
    const isReached = limit === rateLimitType && status === 'rejected';
    const used = isReached ? 1 : told.utilization;
    if (typeof used !== 'number' || !(used >= 0)) return [];
    return [{ limit, used, resets_at: timeOf(told.resetsAt) }];
  });
}
