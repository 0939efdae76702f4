import type { Run } from './run.ts';
import { clip } from './robust.ts';

/** The candidate shares of a run that depend on the processor: 0: none; 1: twice the load takes twice as long. */
const PARTS = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;
/** The prior, and its weight in runs. */
const ASSUMED = { part: 0.4, weight: 20 };
const FADE = 0.9;
const FIRST = 5;

/** Returns the logarithm of the slowdown at a load per core: below 1 there is none. */
export function slowdown(part: number, load: number): number {
  return Math.log1p(part * Math.max(0, load - 1));
}

/**
 * Returns how much an agent's runs depend on the load: the share that best predicts each run from those just before it, so that
 * slow changes, such as the pace, are not mistaken for it. `runs`: newest first.
 */
export function loadPart(runs: readonly Run[]): number {
  const whole = runs.filter((run) => run.whole).toReversed();
  const costs = PARTS.map((part) => ({
    part,
    cost: surpriseOf(whole, part) + ASSUMED.weight * (part - ASSUMED.part) ** 2,
  }));
  return costs.reduce((best, one) => (one.cost < best.cost ? one : best)).part;
}

function surpriseOf(runs: readonly Run[], part: number): number {
  let [sum, level] = [0, 0];
  for (const [seen, run] of runs.entries()) {
    const rest = (run.log - slowdown(part, run.load) - run.mark.center) / run.mark.spread;
    const surprise = clip(rest - level);
    if (seen > FIRST) sum += surprise * surprise;
    level += Math.max(1 - FADE, 1 / (seen + 1)) * surprise;
  }
  return sum;
}
