import { duration } from '../print/durations.ts';
import { counted } from '@cc-executor/contracts/english';
import { columns, oneLine, paint, print } from '../print/print.ts';
import { localTime } from '../print/times.ts';
import type { MetricsSummary } from './metrics.ts';

const HEAD = ['AGENT', 'MODEL', 'ATTEMPTS', 'SUCCEEDED', 'MEDIAN', '90%', 'IN ALL', 'TOKENS', 'COST'];

/** Prints the metrics for people. */
export function printMetrics(all: MetricsSummary): void {
  if (all.from === null || all.to === null) return print('No attempt has ended so.');
  const span = [all.from, all.to].map(localTime).join(' to ');
  print(`${counted(all.attempts, 'attempt')} in ${counted(all.executions, 'execution')}, ${span}`);
  const outcomes = Object.entries(all.by_outcome).toSorted(([, a], [, b]) => b - a);
  print(outcomes.map(([outcome, count]) => `${outcome} ${String(count)}`).join(', '));
  const rows = all.by_agent.map((group) => [
    group.agent,
    oneLine(group.model ?? '-'),
    String(group.attempts),
    `${String(Math.floor((100 * group.completed) / group.attempts))}%`,
    group.median_time === null ? '-' : duration(group.median_time),
    group.p90_time === null ? '-' : duration(group.p90_time),
    duration(group.total_time),
    String(group.input_tokens + group.output_tokens + group.cache_read_tokens + group.cache_creation_tokens),
    group.cost_usd === null ? '-' : `$${group.cost_usd.toFixed(2)}`,
  ]);
  const [head = '', ...lines] = columns([HEAD, ...rows]);
  print(paint('bold', head));
  for (const line of lines) print(line);
}
