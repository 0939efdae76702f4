import type { AnswerCost } from '@cc-executor/service-kit/model-relay';
import { fieldsOf, tokensOr } from '../lines/foreign.ts';

/** The price of a million tokens, in US dollars. */
interface Price {
  input: number;
  output: number;
  /** Of cached input that is read, as a multiple of `input`. */
  read: number;
  /** The price of requests with more tokens in their prompt; absent: the same. */
  long?: { above: number; input: number; output: number };
}

const [OPUS_4, FABLE] = [price(15, 75), price(10, 50)];
/** Sources: the page "Pricing" of Anthropic's documentation, and the catalog in Claude Code 0.3.332, of November 2026. */
const PRICES: Readonly<Record<string, Price>> = {
  'opus 3': OPUS_4,
  'opus 4': OPUS_4,
  'opus 4.1': OPUS_4,
  'opus 4.5': price(5, 25),
  'opus 4.6': price(5, 25),
  'opus 4.7': price(5, 25),
  'opus 4.8': price(5, 25),
  'opus 5': price(5, 25),
  'opus 5.5': price(4, 20, 0.05),
  'fable 5': FABLE,
  'fable 5.1': price(10, 50, 0.025),
  'fable 5.2': price(8, 40, 0.025),
  'mythos 5': FABLE,
  'mythos 5.1': price(10, 50, 0.025),
  'mythos 5.2': price(8, 40, 0.025),
  'sonnet 3': price(3, 15),
  'sonnet 3.5': price(3, 15),
  'sonnet 3.7': price(3, 15),
  'sonnet 4': price(3, 15),
  'sonnet 4.5': price(3, 15),
  'sonnet 4.6': price(3, 15),
  'sonnet 5': price(2, 10),
  'sonnet 5.5': price(2, 10, 0.05),
  'haiku 3': price(0.25, 1.25),
  'haiku 3.5': price(0.8, 4),
  'haiku 4.5': price(1, 5),
  'haiku 5.5': { ...price(0.1, 0.5), long: { above: 100_000, input: 0.5, output: 2.5 } },
};
/** A budget is not exceeded by a model that is not known: it counts as the dearest that is offered now. */
const UNKNOWN = FABLE;
const MILLION = 1_000_000;
/** The prices of input that is put into the cache, as multiples of that of input. */
const [FIVE_MINUTES, AN_HOUR] = [1.25, 2];
/** The multiple for answers that are made in the United States alone. */
const IN_THE_US = 1.1;
/** Of one search in the web, in US dollars. */
const WEB_SEARCH = 0.01;

/** Returns what an answer of the Messages API cost, by the list price of its model. `usage`: as it reports it. */
export function modelCost(model: string, usage: unknown): AnswerCost {
  const known = PRICES[versionOf(model)];
  const { read, long, ...short } = known ?? UNKNOWN;
  const of = fieldsOf(usage);
  const tokens = (name: string) => tokensOr(of[name]) ?? 0;
  const [fresh, created, cached] = [
    tokens('input_tokens'),
    tokens('cache_creation_input_tokens'),
    tokens('cache_read_input_tokens'),
  ];
  const { input, output } = long && fresh + created + cached > long.above ? long : short;
  const hour = Math.min(created, tokensOr(fieldsOf(of['cache_creation'])['ephemeral_1h_input_tokens']) ?? 0);
  const sent = fresh + cached * read + (created - hour) * FIVE_MINUTES + hour * AN_HOUR;
  const factor = of['inference_geo'] === 'us' ? IN_THE_US : 1;
  const searches = tokensOr(fieldsOf(of['server_tool_use'])['web_search_requests']) ?? 0;
  const usd = ((sent * input + tokens('output_tokens') * output) * factor) / MILLION + searches * WEB_SEARCH;
  return { usd, isKnown: known !== undefined };
}

/** Returns the family and the version in the name of a model, such as "opus 4.1"; a date behind them is left out. */
function versionOf(model: string): string {
  const [, family, major, minor] =
    /(opus|sonnet|haiku|fable|mythos)-(\d)(?:-(\d{1,2}))?(?!\d)/.exec(model) ?? [];
  if (family !== undefined) return named(family, major, minor);
  const [, first, second, name] = /-(\d)(?:-(\d))?-(opus|sonnet|haiku)/.exec(model) ?? [];
  return name === undefined ? '' : named(name, first, second);
}

function named(family: string, major = '', minor = '0'): string {
  return Number(minor) === 0 ? `${family} ${major}` : `${family} ${major}.${minor}`;
}

function price(input: number, output: number, read = 0.1): Price {
  return { input, output, read };
}
