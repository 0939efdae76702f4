import { meanAbove } from './normal.ts';

/** Beyond this many spreads a value is clipped (Huber 1964): a rare long run does not become the expectation. */
const CLIP = 1.5;
/** The mean square of a standard normal that is clipped there. */
const CLIPPED_SQUARE = 0.7785;
/** The smallest spread of a group's members, in spreads of one member. */
const LEAST_BETWEEN = 0.2;
const LEAST_SPREAD = 0.05;
const ROUNDS = 12;
/** The tolerance of convergence, in spreads: far below the precision. */
const CLOSE = 1e-3;

/** The value, or the bound at which it is clipped. */
export function clip(value: number): number {
  return Math.max(-CLIP, Math.min(CLIP, value));
}

export interface Observation {
  value: number;
  /** False: the true value is at least this one. */
  whole: boolean;
  weight: number;
}

/** The prior of a group. */
export interface Prior {
  /** The centre of its parent, and the spread of the parent's groups. */
  center: number;
  around: number;
  /** The prior spread within such a group, and its weight in observations. */
  within: number;
  withinWeight: number;
  /** True if observations far from the centre count as outliers. */
  isFirm?: boolean;
}

export interface RobustFit {
  center: number;
  spread: number;
  /** The variance of the centre. */
  doubt: number;
}

/**
 * Returns the centre and spread of observations, shrunk towards their parent by their uncertainty: partial
 * pooling of a robust mean. An observation that was ended early counts as its expectation beyond the end.
 */
export function fit(observations: readonly Observation[], prior: Prior): RobustFit {
  const weight = observations.reduce((sum, one) => sum + one.weight, 0);
  const start = prior.isFirm === true ? prior.center : (medianOf(observations) ?? prior.center);
  let [center, spread] = [start, prior.within];
  for (let round = 0; round < ROUNDS; round++) {
    const apart = between(prior, spread);
    const pull = spread ** 2 / apart;
    // A group far from all others is accepted: the pull of its parent is limited.
    const away = prior.center - center;
    const towards =
      center + (prior.isFirm === true ? away : Math.sqrt(apart) * clip(away / Math.sqrt(apart)));
    let [sum, squares] = [pull * towards, prior.withinWeight * prior.within ** 2];
    for (const { value, whole, weight: own } of observations) {
      const distance = (value - center) / spread;
      const clipped = spread * clip(whole ? distance : meanAbove(distance));
      sum += own * (center + clipped);
      squares += (own * clipped ** 2) / CLIPPED_SQUARE;
    }
    const before = { center, spread };
    center = sum / (weight + pull);
    spread = Math.max(LEAST_SPREAD, Math.sqrt(squares / (weight + prior.withinWeight)));
    const moved = Math.abs(center - before.center) + Math.abs(spread - before.spread);
    if (moved < CLOSE * spread) break;
  }
  return { center, spread, doubt: 1 / (weight / spread ** 2 + 1 / between(prior, spread)) };
}

/** The start of the search: close observations far from their parent do not have a wide spread. */
function medianOf(observations: readonly Observation[]): number | undefined {
  const whole = observations.filter((one) => one.whole);
  const known = whole.length > 0 ? whole : observations;
  const sorted = known.map(({ value }) => value).toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** Returns the variance of the groups' centres: the total spread without the spread within. */
function between({ around }: Prior, spread: number): number {
  return Math.max(around ** 2 - spread ** 2, (LEAST_BETWEEN * spread) ** 2);
}
