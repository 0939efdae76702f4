import type { Observation } from './robust.ts';
import { slowdown } from './load.ts';
import type { Run } from './run.ts';

/** Beyond so many spreads a run that was ended is longer than nearly all good ones. */
const FAR = 3;
/** What such a run counts, where those before and after it came to their end. */
const HUNG = 0.2;

/** Runs as observations of their kind: at no load, and at the pace of always. `fade`: runs after which one counts half. */
export function observationsOf(runs: readonly Run[], part: number, fade: number): Observation[] {
  return runs.map((run, age) => ({
    value: run.log - slowdown(part, run.load) - run.mark.pace,
    whole: run.whole,
    weight: 0.5 ** (age / fade) * trustIn(runs, age, part),
  }));
}

/** How far a run lay from its prediction, in the predicted spreads. */
export function scoreOf(run: Run, part: number): number {
  return (run.log - slowdown(part, run.load) - run.mark.pace - run.mark.center) / run.mark.spread;
}

/**
 * What a run counts as an observation of how long such runs take. One that was ended far out, among others that came
 * to their end, has rather hung; several in a row say that they take longer now.
 */
export function trustIn(runs: readonly Run[], index: number, part: number): number {
  const run = runs[index];
  if (!run || run.whole || scoreOf(run, part) < FAR) return 1;
  return (runs[index - 1]?.whole ?? true) && (runs[index + 1]?.whole ?? true) ? HUNG : 1;
}
