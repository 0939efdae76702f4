import type { Histories, Run } from './run.ts';

const FEW = 3;

/** Returns the mean tokens and cost of the finest level with a few such runs; null if there is none. */
export function spentOf(histories: Histories): { tokens: number | null; cost_usd: number | null } {
  const tokens = meanOf(histories, (run) => run.tokens);
  const cost = meanOf(histories, (run) => run.cost);
  return {
    tokens: tokens === null ? null : Math.round(tokens),
    cost_usd: cost === null ? null : Math.round(cost * 10_000) / 10_000,
  };
}

function meanOf(histories: Histories, of: (run: Run) => number | null): number | null {
  for (const runs of histories.toReversed()) {
    const known = runs.flatMap((run) => of(run) ?? []);
    if (known.length >= FEW) return known.reduce((sum, value) => sum + value, 0) / known.length;
  }
  return null;
}
