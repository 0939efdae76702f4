import type { OutcomeCode } from '@cc-executor/contracts';
import { beginningOf, fieldsOf, wordsOf } from '../../lines/foreign.ts';
import { statusOutcome } from '../../turns/status-outcome.ts';
import { jsonFields, REPORTED_UNITS } from './answer-parts.ts';

/** The error that an API reported instead of an answer. */
interface Failure {
  outcome: OutcomeCode;
  message: string;
  resets_at: string | null;
}

/** A limit that lasts longer than a burst. */
const LONG_MS = 120_000;
/** A server that names a later reset is not believed: many of those are no times at all. */
const MOST_SECONDS = 365 * 86_400;

/** Returns the outcome of an answer with an error status. `at`: now. */
export function failureOf(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  body: string,
  at: number,
): Failure {
  const { message, code, isJson } = errorIn(body);
  const resets = resetOf(headers, at);
  const words = message === '.' ? ' and nothing else.' : `: ${message}`;
  const reported = `The model answered with status ${String(status)}${words}`;
  const failure = (outcome: OutcomeCode, advice = ''): Failure => ({
    outcome,
    message: `${reported}${advice}`,
    resets_at: resets,
  });
  // The page of a proxy or of a login says nothing of the model. A server without this path answers with a line of text.
  const isAnswer = isJson || CERTAIN.has(status) || (NO_PATH.has(status) && !body.includes('<'));
  if (!isAnswer) return failure('network', ' This is not an answer of the API.');
  if (code === 'insufficient_quota') return failure('billing');
  if (code === 'context_length_exceeded' || status === 413) return failure('prompt_too_long');
  if (code === 'content_filter') return failure('refused');
  const outcome = statusOutcome(status);
  if (outcome === 'rate_limited' && resets !== null && Date.parse(resets) - at > LONG_MS)
    return failure('usage_limit');
  return failure(outcome, ADVICE[status]);
}

/** Returns the outcome of an error that came with a status of success. `at`: now. */
export function failureIn(error: unknown, headers: Headers, at: number): Failure {
  const { code, type } = fieldsOf(error);
  const status = [code, type].map(statusOf).find((known) => known !== null) ?? 500;
  const { message: words } = fieldsOf(error);
  const body = {
    error: { code, type, message: wordsOf(typeof words === 'string' ? words : error, READ_UNITS) },
  };
  const { outcome, message, resets_at } = failureOf({ status, headers }, JSON.stringify(body), at);
  return { outcome, message: message.replace(STATUS, 'reported an error in its answer'), resets_at };
}

/** The most of an error that is read, in UTF-16 units. */
const READ_UNITS = 4000;
const STATUS = /answered with status \d+/;

/** The names that servers give to their errors, where they have no status. Source: OpenAI's and Anthropic's error types. */
const NAMED: Readonly<Record<string, number>> = {
  invalid_api_key: 401,
  authentication_error: 401,
  permission_error: 403,
  permission_denied: 403,
  insufficient_quota: 402,
  billing_error: 402,
  model_not_found: 404,
  not_found_error: 404,
  rate_limit_exceeded: 429,
  rate_limit_error: 429,
  overloaded_error: 529,
  context_length_exceeded: 400,
  content_filter: 400,
};

/** Returns the status that a code or a type of an error stands for; null: none. */
function statusOf(name: unknown): number | null {
  const status = typeof name === 'string' && Object.hasOwn(NAMED, name) ? NAMED[name] : Number(name);
  return status !== undefined && Number.isInteger(status) && status >= 400 && status < 600 ? status : null;
}

/** Statuses that mean the same whatever the body is. */
const CERTAIN: ReadonlySet<number> = new Set([401, 402, 413, 429]);

const NO_PATH: ReadonlySet<number> = new Set([404, 405]);

const KEY = ' The key is that of the first name in pass_env.';
const ADVICE: Readonly<Record<number, string>> = {
  401: KEY,
  403: KEY,
  404: ' See model and model_url.',
  405: ' See model_url.',
};

/** Servers that are not OpenAI's name their error in other fields; what has none is shown as it is. */
function errorIn(body: string): { message: string; code: string | null; isJson: boolean } {
  const fields = jsonFields(body);
  if (fields === null)
    return { message: shortened(body.trim().split('\n', 1)[0] ?? ''), code: null, isJson: false };
  const error = fields['error'] ?? fields['detail'] ?? fields['message'] ?? body.trim();
  if (typeof error === 'string') return { message: shortened(error), code: null, isJson: true };
  const { message, code } = fieldsOf(error);
  return {
    message: shortened(typeof message === 'string' ? message : JSON.stringify(error)),
    code: typeof code === 'string' ? code : null,
    isJson: true,
  };
}

function shortened(text: string): string {
  if (text.length > REPORTED_UNITS) return `${beginningOf(text, REPORTED_UNITS)}…`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The time of a limit's reset: retry-after, or the latest of what the vendors' headers say, such as 6m0s. */
function resetOf(headers: Headers, at: number): string | null {
  const after = headers.get('retry-after');
  const seconds =
    after === null ? NaN : /^\d+(\.\d+)?$/.test(after) ? Number(after) : (Date.parse(after) - at) / 1000;
  const others = ['x-ratelimit-reset-requests', 'x-ratelimit-reset-tokens'].map((name) =>
    secondsIn(headers.get(name) ?? ''),
  );
  const known = Number.isNaN(seconds) ? others.filter((value) => value !== null) : [seconds];
  if (known.length === 0) return null;
  return new Date(at + Math.min(Math.max(0, ...known), MOST_SECONDS) * 1000).toISOString();
}

const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;

function secondsIn(text: string): number | null {
  if (!/^(\d{1,9}(\.\d{1,9})?(ms|s|m|h|d)){1,5}$/.test(text)) return null;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)/gy))
    sum += Number(number) * UNITS[unit as keyof typeof UNITS];
  return sum;
}
