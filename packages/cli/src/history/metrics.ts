import type { AttemptStatus, HistoryRow } from '@cc-executor/sdk';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

const TOKENS = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens'] as const;
/** More than a week, in ms: longer than a task may take. */
const HIGHEST_MS = 10 * 24 * 3600 * 1000;

interface Group {
  agent: string;
  model: string | null;
  attempts: number;
  completed: number;
  seconds: number;
  /** The times of completed ones, in ms. */
  times: RecordableHistogram;
  tokens: Record<(typeof TOKENS)[number], number>;
  cost: number | null;
}

/** Aggregates rows as they arrive, in constant memory. */
export class Metrics {
  #executions = 0;
  #last: string | undefined;
  #span: { first: string; last: string } | null = null;
  readonly #statuses: Partial<Record<AttemptStatus, number>> = {};
  readonly #outcomes: Partial<Record<HistoryRow['outcome'], number>> = {};
  readonly #groups = new Map<string, Group>();

  take(row: HistoryRow): void {
    // All rows of an execution are adjacent.
    if (row.execution_id !== this.#last) this.#executions += 1;
    this.#last = row.execution_id;
    const { first = row.started_at, last = row.ended_at } = this.#span ?? {};
    this.#span = {
      first: row.started_at < first ? row.started_at : first,
      last: row.ended_at > last ? row.ended_at : last,
    };
    this.#statuses[row.status] = (this.#statuses[row.status] ?? 0) + 1;
    this.#outcomes[row.outcome] = (this.#outcomes[row.outcome] ?? 0) + 1;
    const group = this.#groupOf(row);
    group.attempts += 1;
    group.seconds += row.duration ?? 0;
    for (const name of TOKENS) group.tokens[name] += row[name] ?? 0;
    if (row.cost_usd !== null) group.cost = (group.cost ?? 0) + row.cost_usd;
    if (row.status !== 'completed') return;
    group.completed += 1;
    if (row.duration !== null)
      group.times.record(Math.min(Math.max(1, Math.round(row.duration * 1000)), HIGHEST_MS));
  }

  /** Returns the totals so far; times in seconds. */
  summary() {
    const groups = [...this.#groups.values()].toSorted((a, b) => b.attempts - a.attempts);
    return {
      attempts: groups.reduce((sum, { attempts }) => sum + attempts, 0),
      executions: this.#executions,
      from: this.#span?.first ?? null,
      to: this.#span?.last ?? null,
      by_status: this.#statuses,
      by_outcome: this.#outcomes,
      by_agent: groups.map(({ agent, model, attempts, completed, seconds, times, tokens, cost }) => ({
        agent,
        model,
        attempts,
        completed,
        total_time: Math.round(seconds * 1000) / 1000,
        median_time: completed === 0 ? null : times.percentile(50) / 1000,
        p90_time: completed === 0 ? null : times.percentile(90) / 1000,
        ...tokens,
        cost_usd: cost,
      })),
    };
  }

  #groupOf({ agent, model }: HistoryRow): Group {
    const key = `${agent} ${model ?? ''}`;
    const known = this.#groups.get(key);
    if (known) return known;
    const group: Group = {
      agent,
      model,
      attempts: 0,
      completed: 0,
      seconds: 0,
      times: createHistogram({ lowest: 1, highest: HIGHEST_MS, figures: 3 }),
      tokens: { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_creation_tokens: 0 },
      cost: null,
    };
    this.#groups.set(key, group);
    return group;
  }
}

export type MetricsSummary = ReturnType<Metrics['summary']>;
