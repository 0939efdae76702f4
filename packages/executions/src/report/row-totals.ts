import type { HistoryRow } from '@cc-executor/contracts';
import { addSpent, NOTHING_SPENT, type Spent } from '../spent.ts';
import { secondsBetween } from '../totals.ts';

/** The sums over the attempts that ended in the time of a report. */
export class RowTotals {
  working = 0;
  waiting = 0;
  spent: Spent = NOTHING_SPENT;
  /** Prompts whose cost is not known. */
  costUnknown = 0;

  /** Takes the rows of one execution, in any order. */
  take(rows: readonly HistoryRow[]): void {
    let reached: string | null = null;
    for (const row of rows.toSorted((a, b) => (a.started_at < b.started_at ? -1 : 1))) {
      this.working += row.duration ?? 0;
      if (reached !== null && row.started_at > reached)
        this.waiting += secondsBetween(reached, row.started_at);
      if (reached === null || row.ended_at > reached) reached = row.ended_at;
      this.spent = addSpent(this.spent, spentOf(row));
      if (row.kind === 'prompt' && row.cost_usd === null) this.costUnknown += 1;
    }
  }
}

function spentOf(row: HistoryRow): Spent {
  const { input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens, cost_usd } = row;
  const isKnown = input_tokens !== null || output_tokens !== null;
  return {
    cost_usd,
    usage: isKnown
      ? {
          input_tokens: input_tokens ?? 0,
          output_tokens: output_tokens ?? 0,
          cache_read_tokens: cache_read_tokens ?? 0,
          cache_creation_tokens: cache_creation_tokens ?? 0,
        }
      : null,
  };
}
