import type { OutcomeCode } from '@cc-executor/contracts';

/** The error that an API reported instead of an answer. */
interface Failure {
  outcome: OutcomeCode;
  message: string;
  resets_at: string | null;
}

const TOLD_CHARACTERS = 500;
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
  const { message, code, isError } = errorIn(body);
  const resets = resetOf(headers, at);
  const told = `The model answered with status ${String(status)}: ${message}`;
  const failure = (outcome: OutcomeCode, advice = ''): Failure => ({
    outcome,
    message: `${told}${advice}`,
    resets_at: resets,
  });
  // A proxy or a login page says nothing of the model.
  if (!isError && status !== 401 && status !== 429)
    return failure('network', ' This is not an answer of the API.');
  if (code === 'insufficient_quota' || status === 402) return failure('billing');
  if (status === 401 || status === 403)
    return failure('auth_failed', ' The key is that of the first name in pass_env.');
  if (status === 404) return failure('model_not_found', ' See model and model_url.');
  if (status === 413 || code === 'context_length_exceeded') return failure('prompt_too_long');
  if (status === 429) {
    const isLong = resets !== null && Date.parse(resets) - at > LONG_MS;
    return failure(isLong ? 'usage_limit' : 'rate_limited');
  }
  if (status === 503 || status === 529) return failure('overloaded');
  if (status >= 500) return failure('server_error');
  return code === 'content_filter' ? failure('refused') : failure('invalid_request');
}

function errorIn(body: string): { message: string; code: string | null; isError: boolean } {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown; code?: unknown } | string };
    if (typeof error === 'string') return { message: shortened(error), code: null, isError: true };
    if (typeof error === 'object' && error !== null) {
      const code = typeof error.code === 'string' ? error.code : null;
      return { message: shortened(String(error.message)), code, isError: true };
    }
  } catch {
    // Not JSON.
  }
  return { message: shortened(body.trim().split('\n', 1)[0] ?? ''), code: null, isError: false };
}

function shortened(text: string): string {
  return `${text.slice(0, TOLD_CHARACTERS)}${text.length > TOLD_CHARACTERS ? '…' : '.'}`;
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
