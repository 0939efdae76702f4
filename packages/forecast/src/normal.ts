/** Returns the mean of a standard normal above `a`: the expectation for a run that was ended there. */
export function meanAbove(a: number): number {
  if (a < -6) return 0;
  if (a > 6) return a + 1 / a;
  return density(a) / (1 - normalBelow(a));
}

/** Returns the standard normal distribution function; error below 1e-7 (Abramowitz and Stegun 26.2.17). */
export function normalBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series = 1.781477937 + t * (-1.821255978 + t * 1.330274429);
  const tail = density(x) * t * (0.31938153 + t * (-0.356563782 + t * series));
  return x > 0 ? 1 - tail : tail;
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Returns its inverse by bisection, between -8 and 8. */
export function normalQuantile(part: number): number {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < part) low = middle;
    else high = middle;
  }
  return low;
}
