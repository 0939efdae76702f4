import { fieldsOf, tokensOr } from '../lines/foreign.ts';

/** The price of a million tokens, in US dollars. */
type Price = readonly [input: number, output: number];

/** Source: the page "Pricing" of Anthropic's documentation. The first that fits the name of a model counts. */
const PRICES: readonly (readonly [name: RegExp, price: Price])[] = [
  [/opus-4-[01]\b|opus-4-2025|-3-opus/, [15, 75]],
  [/opus/, [5, 25]],
  [/-3-5-haiku/, [0.8, 4]],
  [/-3-haiku/, [0.25, 1.25]],
  [/haiku/, [1, 5]],
  [/sonnet/, [3, 15]],
];
/** Of a model that is not known. */
const OTHER: Price = [5, 25];
const MILLION = 1_000_000;
/** The prices of cached input, as multiples of that of input. */
const [READ, FIVE_MINUTES, AN_HOUR] = [0.1, 1.25, 2];

/** Returns what an answer of the Messages API cost, in US dollars, by the list price of its model. `usage`: as it reports it. */
export function modelCost(model: string, usage: unknown): number {
  const [input, output] = PRICES.find(([name]) => name.test(model))?.[1] ?? OTHER;
  const of = fieldsOf(usage);
  const tokens = (name: string) => tokensOr(of[name]) ?? 0;
  const created = tokens('cache_creation_input_tokens');
  const hour = tokensOr(fieldsOf(of['cache_creation'])['ephemeral_1h_input_tokens']) ?? 0;
  const cached = tokens('cache_read_input_tokens') * READ + (created - hour) * FIVE_MINUTES + hour * AN_HOUR;
  return ((tokens('input_tokens') + cached) * input + tokens('output_tokens') * output) / MILLION;
}
