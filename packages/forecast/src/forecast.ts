import type { Forecast, Prediction } from '@cc-executor/contracts';

/** The normal distribution's 90th percentile. */
const Z90 = 1.2816;
/** The mean of a log-normal time is far above its median when little is known; beyond this spread it is a fiction. */
const WIDEST = 1;

/** Returns the time and cost of a sequence of tasks: sums of means, with the variances of log-normal times. */
export function forecastOf(predictions: readonly Prediction[]): Omit<Forecast, 'plan'> {
  let [mean, variance] = [0, 0];
  for (const { expected, likely } of predictions) {
    const spread = expected > 0 ? Math.min(WIDEST, Math.log(likely / expected) / Z90) : 0;
    const one = expected * Math.exp(spread ** 2 / 2);
    mean += one;
    variance += one ** 2 * Math.expm1(spread ** 2);
  }
  return {
    expected: Math.round(mean * 10) / 10,
    likely: Math.round((mean + Z90 * Math.sqrt(variance)) * 10) / 10,
    tokens: sumOf(predictions.map(({ tokens }) => tokens)),
    cost_usd: sumOf(predictions.map(({ cost_usd }) => cost_usd)),
    without_history: predictions.filter(({ based_on }) => based_on.level === 'defaults').length,
  };
}

function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0
    ? null
    : Math.round(known.reduce((sum, value) => sum + value, 0) * 10_000) / 10_000;
}
