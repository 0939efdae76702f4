import { COMPLEXITIES, type Complexity } from '@cc-executor/contracts';
import { observationsOf, scoreOf, trustIn } from './adjusted.ts';
import { loadPart, slowdown } from './load.ts';
import { paceOf } from './pace.ts';
import { scoreQuantile } from './quantiles.ts';
import { fit, type RobustFit } from './robust.ts';
import { KEPT, type Histories, type Mark, type Run } from './run.ts';

/** The number of runs after which one counts half. */
const HALF_LIFE = 100;
/** The prior spread of all of an agent's runs, and of one kind; as logarithms. */
const ALL_KINDS = 1.6;
const ONE_KIND = 0.6;
const SPREAD_WEIGHT = 8;
/** The 90th percentile of runs of which one in fifty is far longer, in spreads; the minimum of the estimate. */
const USUAL_SCORE = 1.35;
const LEAST_SCORE = 0.3;
/** The factor of the 90th percentile that ends about 2 in 1,000 good runs, if one in fifty takes eight times as long as the rest. */
const LIMIT_FACTOR = 9;
const LEAST_LIMIT_FACTOR = 2;

/** The prediction in seconds, and what is stored with the run. */
export interface Estimate {
  expected: number;
  likely: number;
  limit: number;
  mark: Mark;
}

/** Predicts a run from the latest runs of its levels, each shrunk towards the one above. */
export function estimate(histories: Histories, complexity: Complexity, load: number): Estimate {
  const agent = histories[0] ?? [];
  const part = loadPart(agent);
  const pace = paceOf(agent, part);
  const usual = usualSpread(agent, part);
  const levels = distinct(histories);
  let fitted: RobustFit = {
    center: Math.log(COMPLEXITIES[complexity].expected),
    spread: ALL_KINDS,
    doubt: 0,
  };
  for (const runs of levels) {
    const { center, spread: around } = fitted;
    const prior = { center, around, within: Math.min(usual, around), withinWeight: SPREAD_WEIGHT };
    fitted = fit(observationsOf(runs, part, HALF_LIFE), prior);
  }
  const spread = Math.hypot(fitted.spread, Math.sqrt(fitted.doubt));
  const middle = fitted.center + pace + slowdown(part, load);
  const score = Math.max(LEAST_SCORE, scoreQuantile(levels.at(-1) ?? [], agent, part, 0.9));
  const likely = Math.exp(middle + spread * score);
  return {
    expected: Math.exp(middle),
    likely,
    limit: Math.max(
      LIMIT_FACTOR * Math.exp(middle - fitted.doubt / 2 + fitted.spread * USUAL_SCORE),
      LEAST_LIMIT_FACTOR * likely,
    ),
    mark: { pace, center: fitted.center, spread },
  };
}

/** Returns the usual distance of runs from their predictions, as a logarithm. */
function usualSpread(agent: readonly Run[], part: number): number {
  const observations = agent.map((run, age) => ({
    value: scoreOf(run, part) * run.mark.spread,
    whole: run.whole,
    weight: trustIn(agent, age, part),
  }));
  return fit(observations, { center: 0, around: 0, within: ONE_KIND, withinWeight: 20, isFirm: true }).spread;
}

/** A level with the same runs as the one above adds nothing; nor does one without runs. */
function distinct(histories: Histories): (readonly Run[])[] {
  return histories.filter(
    (runs, index) =>
      runs.length > 0 && (runs.length !== histories[index - 1]?.length || runs.length >= KEPT.level),
  );
}
