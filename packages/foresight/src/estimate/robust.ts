import { meanAbove } from './normal.ts';

/** Beyond so many spreads a value counts no further (Huber 1964): a rare long run does not become the expectation. */
const CLIP = 1.5;
/** The mean square of a standard normal that is clipped there. */
const CLIPPED_SQUARE = 0.7785;
/** The members of a group lie at least so far apart, in spreads of one member. */
const LEAST_BETWEEN = 0.2;
const LEAST_SPREAD = 0.05;
const ROUNDS = 12;
/** What moves by less than this, in spreads, has come to rest: far less than is known. */
const CLOSE = 1e-3;

/** The value, or the bound beyond which it counts no further. */
export function clip(value: number): number {
  return Math.max(-CLIP, Math.min(CLIP, value));
}

export interface Observation {
  value: number;
  /** False: the true value is this one or more. */
  whole: boolean;
  weight: number;
}

/** What is known of a group before its own observations. */
export interface Prior {
  /** The centre of what it belongs to, and the spread of all that belongs to that. */
  center: number;
  around: number;
  /** The spread within such a group, and how many observations that knowledge weighs. */
  within: number;
  withinWeight: number;
  /** True where observations that lie far from the centre are rather taken for odd than believed. */
  isFirm?: boolean;
}

export interface Fit {
  center: number;
  spread: number;
  /** The variance of the centre. */
  doubt: number;
}

/**
 * Centre and spread of some observations, drawn towards what they belong to by as much as there is doubt: partial
 * pooling of a robust mean. What was ended early counts as what is to be expected beyond its end.
 */
export function fit(observations: readonly Observation[], prior: Prior): Fit {
  const weight = observations.reduce((sum, one) => sum + one.weight, 0);
  const start = prior.isFirm === true ? prior.center : (medianOf(observations) ?? prior.center);
  let [center, spread] = [start, prior.within];
  for (let round = 0; round < ROUNDS; round++) {
    const apart = between(prior, spread);
    const pull = spread ** 2 / apart;
    // A group that lies far from all others is believed: what it belongs to pulls no further then.
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

/** Where the search begins: close observations that lie far from what they belong to are no wide spread. */
function medianOf(observations: readonly Observation[]): number | undefined {
  const whole = observations.filter((one) => one.whole);
  const known = whole.length > 0 ? whole : observations;
  const sorted = known.map(({ value }) => value).toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** The variance of the groups' centres: what of the whole's spread is not the spread within. */
function between({ around }: Prior, spread: number): number {
  return Math.max(around ** 2 - spread ** 2, (LEAST_BETWEEN * spread) ** 2);
}
