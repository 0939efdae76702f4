import type { SDKRateLimitInfo } from '@anthropic-ai/claude-agent-sdk';
import type { PlanUse } from '@cc-executor/contracts';

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

/** From seconds since 1970; null for what is no time. */
function timeOf(seconds: unknown): string | null {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
