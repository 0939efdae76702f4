import type { OutcomeCode } from '@cc-executor/contracts';
import { beginningOf } from '../../lines/foreign.ts';
import type { RequestRefused } from '../../turns/connection.ts';
import { limitReset, secondsLeft } from '../../turns/reset.ts';
import { statusOutcome } from '../../turns/status-outcome.ts';

/** The most of an error that is reported, in UTF-16 units. */
const TOLD_UNITS = 500;
const AUTH_REQUIRED = -32_000;

export interface Failure {
  outcome: OutcomeCode;
  message: string;
  resets_at: string | null;
}

/** The most of an error that is read, in UTF-16 units. */
const READ_UNITS = 4000;

/** The protocol has no codes for what a model's server answers: agents say it in words. The first of which all fit counts. */
const BY_WORDS: readonly [readonly RegExp[], OutcomeCode][] = [
  // A page of HTML is a proxy's and not the API's.
  [[/<(?:!doctype|html)\b/i], 'network'],
  [[/credit balance|billing|insufficient[ _](?:funds|credit)|payment required/i], 'billing'],
  [[/usage limit|session limit|weekly limit|quota/i], 'usage_limit'],
  [[/rate[ _-]?limit|too many requests|resource_exhausted/i], 'rate_limited'],
  [[/overloaded|unavailable|at capacity/i], 'overloaded'],
  [[/context (?:length|window)|prompt is too long|too many tokens|input token count/i], 'prompt_too_long'],
  [[/model/i, /not found|does not exist|not supported|no such model|unknown model/i], 'model_not_found'],
  [[/api[ _-]?key/i, /not valid|invalid|missing|incorrect/i], 'auth_failed'],
  [[/unauthori[sz]ed|unauthenticated|authenticat|not logged in|permission_denied/i], 'auth_failed'],
  [[/content[ _]filter|safety|blocked by policy/i], 'refused'],
  [
    [
      /fetch failed|ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EPIPE|socket|terminated|network|timed? ?out|unable to connect|cannot connect/i,
    ],
    'network',
  ],
  [[/internal server error|server error/i], 'server_error'],
];

const ADVICE: Readonly<Partial<Record<OutcomeCode, string>>> = {
  auth_failed: ' Log in with the agent itself, or name its key in pass_env.',
  model_not_found: ' See the option model.',
};

/** Returns the outcome of a request that the agent answered with an error. `now`: milliseconds since 1970. */
export function failureOf({ code, message: said, data }: RequestRefused, now: number): Failure {
  const more = data === undefined || data === null ? '' : ` ${JSON.stringify(data)}`;
  const words = beginningOf(`${said}${more}`, READ_UNITS);
  const outcome = outcomeOf(code, words);
  const message = `${sentence(beginningOf(inner(said), TOLD_UNITS))}${ADVICE[outcome] ?? ''}`;
  const resets_at =
    outcome === 'usage_limit'
      ? (limitReset({}, words, now) ?? secondsLeft(words, now))
      : outcome === 'rate_limited'
        ? secondsLeft(words, now)
        : null;
  return { outcome, message, resets_at };
}

function outcomeOf(code: number, words: string): OutcomeCode {
  if (code === AUTH_REQUIRED) return 'auth_failed';
  const said = BY_WORDS.find(([patterns]) => patterns.every((pattern) => pattern.test(words)))?.[1];
  return said ?? byStatus(code) ?? 'agent_error';
}

/** Some agents take the status of the model's server for their code. */
function byStatus(status: number): OutcomeCode | null {
  if (!Number.isInteger(status) || status < 400 || status > 599) return null;
  return statusOutcome(status);
}

function sentence(words: string): string {
  return /[.!?}\])]$/.test(words) ? words : `${words}.`;
}

/** The words of an error, where an agent passes on the JSON of an API. */
function inner(said: string): string {
  try {
    const { error } = JSON.parse(said) as { error?: { message?: unknown } };
    if (typeof error?.message === 'string') return error.message;
  } catch {
    // It is not JSON.
  }
  return said;
}
