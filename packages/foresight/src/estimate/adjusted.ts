import type { Observation } from './robust.ts';
import { slowdown } from './load.ts';
import type { Run } from './run.ts';

/** Runs as observations of their kind: at no load, and at the pace of always. `fade`: runs after which one counts half. */
export function observationsOf(runs: readonly Run[], part: number, fade: number): Observation[] {
  return runs.map((run, age) => ({
    value: run.log - slowdown(part, run.load) - run.mark.pace,
    whole: run.whole,
    weight: 0.5 ** (age / fade),
  }));
}

/** How far a run lay from its prediction, in the predicted spreads. */
export function scoreOf(run: Run, part: number): number {
  return (run.log - slowdown(part, run.load) - run.mark.pace - run.mark.center) / run.mark.spread;
}
