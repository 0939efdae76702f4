import { trustIn } from './adjusted.ts';
import { slowdown } from './load.ts';
import { fit } from './robust.ts';
import type { Run } from './run.ts';

/** The number of runs after which one counts half, for the pace. */
const HALF_LIFE = 25;
const LOOKED_AT = 100;
/** The usual spread of a run around its kind, and the assumed variation of the pace; as logarithms. */
const USUAL = 0.6;
const WANDER = 0.5;
const WITHIN_WEIGHT = 10;

/**
 * Returns the common shift of an agent's latest runs, as a logarithm: below 0 they are faster than their kinds were, as
 * after a change of the model. `runs`: newest first.
 */
export function paceOf(runs: readonly Run[], part: number): number {
  const observations = runs.slice(0, LOOKED_AT).map((run, age) => ({
    value: run.log - slowdown(part, run.load) - run.mark.center,
    whole: run.whole,
    // A run with an uncertain prediction says little about the pace.
    weight: trustIn(runs, age, part) * 0.5 ** (age / HALF_LIFE) * Math.min(1, (USUAL / run.mark.spread) ** 4),
  }));
  const around = Math.hypot(WANDER, USUAL);
  return fit(observations, { center: 0, around, within: USUAL, withinWeight: WITHIN_WEIGHT, isFirm: true })
    .center;
}
