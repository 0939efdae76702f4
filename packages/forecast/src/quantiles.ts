import { scoreOf } from './adjusted.ts';
import type { Run } from './run.ts';

/** The weight of the agent's other kinds beside this kind's own runs, and that of the normal distribution. */
const OTHERS = 15;
const NORMAL = 8;
/** The standard normal at the midpoints of ten equal parts. */
const NORMAL_POINTS = [-1.645, -1.036, -0.674, -0.385, -0.126, 0.126, 0.385, 0.674, 1.036, 1.645];

/**
 * Returns the score below which a share of the runs lies, learned from the results of earlier predictions, the kind's own first
 * (conformal prediction: Vovk et al. 2005; weighted: Tibshirani et al. 2019). A score is in spreads from the centre.
 */
export function scoreQuantile(
  own: readonly Run[],
  agent: readonly Run[],
  part: number,
  level: number,
): number {
  const whole = agent.filter((run) => run.whole);
  const points = [
    ...own.filter((run) => run.whole).map((run) => ({ at: scoreOf(run, part), weight: 1 })),
    ...whole.map((run) => ({ at: scoreOf(run, part), weight: Math.min(1, OTHERS / whole.length) })),
    ...NORMAL_POINTS.map((at) => ({ at, weight: NORMAL / NORMAL_POINTS.length })),
  ].toSorted((a, b) => a.at - b.at);
  return weightedQuantile(points, level);
}

/** The weighted form of the median-unbiased quantile (Hyndman and Fan 1996, definition 8). */
function weightedQuantile(points: readonly { at: number; weight: number }[], level: number): number {
  const target = level * points.reduce((sum, { weight }) => sum + weight, 0) + (level - 0.5) / 3;
  let [below, before, beforeMiddle] = [0, points[0], 0];
  for (const point of points) {
    const middle = below + point.weight / 2;
    if (middle >= target && before) {
      const share = middle > beforeMiddle ? (target - beforeMiddle) / (middle - beforeMiddle) : 1;
      return before.at + Math.max(0, Math.min(1, share)) * (point.at - before.at);
    }
    below += point.weight;
    [before, beforeMiddle] = [point, middle];
  }
  return before?.at ?? 0;
}
