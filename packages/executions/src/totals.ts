import type { EventData } from '@cc-executor/contracts';
import type { ExecutionState } from './state.ts';

/** Returns the totals of an execution's last event; `at`: when it ends. The owner adds the evidence. */
export function endTotals({ summary }: ExecutionState, at: string): EventData<'execution.cancelled'> {
  return {
    total_tasks: summary.total_tasks,
    completed_tasks: summary.completed_tasks,
    failed_tasks: summary.failed_tasks,
    ...(summary.not_taken_tasks && { not_taken_tasks: summary.not_taken_tasks }),
    not_run_tasks: summary.not_run_tasks ?? 0,
    warned_tasks: summary.warned_tasks ?? 0,
    cost_usd: summary.cost_usd,
    usage: summary.usage,
    evidence: null,
    execution_time: secondsBetween(summary.started_at ?? at, at),
  };
}

/** Returns the seconds from one RFC 3339 time to another, to the millisecond; never below 0, whatever the clock did. */
export function secondsBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
}
