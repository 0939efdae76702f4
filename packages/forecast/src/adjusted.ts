import type { Observation } from './robust.ts';
import { slowdown } from './load.ts';
import type { Run } from './run.ts';

/** Beyond this many spreads, an ended run is longer than nearly all successful ones. */
const FAR = 3;
/** The weight of such a run, if those before and after it finished. */
const HUNG = 0.2;

/** Returns runs as observations of their kind, without load and pace. `fade`: the number of runs after which one counts half. */
export function observationsOf(runs: readonly Run[], part: number, fade: number): Observation[] {
  return runs.map((run, age) => ({
    value: run.log - slowdown(part, run.load) - run.mark.pace,
    whole: run.whole,
    weight: 0.5 ** (age / fade) * trustIn(runs, age, part),
  }));
}

/** Returns the distance of a run from its prediction, in predicted spreads. */
export function scoreOf(run: Run, part: number): number {
  return (run.log - slowdown(part, run.load) - run.mark.pace - run.mark.center) / run.mark.spread;
}

/**
 * Returns the weight of a run as an observation. One that was ended far out, among others that
 * finished, has probably hung; several in a row mean that they take longer now.
 */
export function trustIn(runs: readonly Run[], index: number, part: number): number {
  const run = runs[index];
  if (!run || run.whole || scoreOf(run, part) < FAR) return 1;
  return (runs[index - 1]?.whole ?? true) && (runs[index + 1]?.whole ?? true) ? HUNG : 1;
}
