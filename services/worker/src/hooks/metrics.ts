import { numbered } from '@cc-executor/contracts/task-numbers';
import type { EventData } from '@cc-executor/contracts';
import type { ExecutionState } from '@cc-executor/executions';

/** Returns the metrics of an execution's attempts, from its state. */
export function metricsOf({ tasks, summary }: ExecutionState): EventData<'hook.metrics'> {
  const outcomes: Record<string, number> = {};
  let longest = { number: null as number | null, seconds: -1 };
  for (const [number, { end }] of numbered(tasks)) {
    if (!end) continue;
    outcomes[end.outcome] = (outcomes[end.outcome] ?? 0) + 1;
    const seconds = end.execution_time ?? 0;
    if (seconds > longest.seconds) longest = { number, seconds };
  }
  const sum = (of: (task: ExecutionState['tasks'][number]) => number) =>
    tasks.reduce((total, task) => total + of(task), 0);
  return {
    attempts: sum(({ attempt }) => attempt),
    retries: sum(({ attempt }) => Math.max(0, attempt - 1)),
    outcomes,
    working_time: Math.round(sum(({ end }) => end?.execution_time ?? 0) * 1000) / 1000,
    longest_task: longest.number,
    output_bytes: sum(({ end }) => (end ? end.stdout_bytes + end.stderr_bytes : 0)),
    turns: sum(({ end }) => end?.turns ?? 0),
    cost_usd: summary.cost_usd,
    usage: summary.usage,
  };
}
