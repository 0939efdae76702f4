import type { Forecast, PlanForecast, PlanUse } from '@cc-executor/contracts';

/** The known facts about one of the plan's limits. */
export interface PlanReading extends PlanUse {
  /** The share of it that a dollar used in this window; null: not known yet. */
  per_usd: number | null;
}

/** Returns what a list needs of the plan's limits; null if none is known. A window that has ended does not count. */
export function againstPlan(
  { cost_usd, without_history }: Pick<Forecast, 'cost_usd' | 'without_history'>,
  readings: readonly PlanReading[],
  now = new Date(),
): PlanForecast[] | null {
  const open = readings.filter(
    ({ resets_at }) => resets_at === null || Date.parse(resets_at) > now.getTime(),
  );
  if (open.length === 0) return null;
  const inOrder = open.toSorted((a, b) => (a.limit < b.limit ? -1 : 1));
  return inOrder.map(({ per_usd, ...use }) => {
    const needed =
      per_usd === null || cost_usd === null ? null : Math.round(1000 * per_usd * cost_usd) / 1000;
    const isUsedUp = use.used + (needed ?? 0) >= 1;
    // Tasks without history are unknown: they could need more.
    const isKnown = needed !== null && without_history === 0;
    return { ...use, needed, fits: isUsedUp ? false : isKnown ? true : null };
  });
}
