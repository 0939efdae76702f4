import type { OutcomeCode } from '@cc-executor/contracts';
import { beginningOf, fieldsOf } from '../../lines/foreign.ts';
import { limitReset, secondsLeft } from '../../turns/reset.ts';
import { statusOutcome } from '../../turns/status-outcome.ts';

/** The most of an error that is reported, in UTF-16 units. */
const TOLD_UNITS = 500;

/** An error of a turn, as Codex reports it, and the last that it reported of the limits. */
export interface TurnFailure {
  error: Readonly<Record<string, unknown>>;
  limits: Readonly<Record<string, unknown>>;
}

export interface Failure {
  outcome: OutcomeCode;
  message: string;
  resets_at: string | null;
}

/** The errors that Codex names itself. Source: CodexErrorInfo of its app server, 0.171. */
const BY_NAME: Readonly<Record<string, OutcomeCode>> = {
  contextWindowExceeded: 'prompt_too_long',
  sessionBudgetExceeded: 'budget',
  usageLimitExceeded: 'usage_limit',
  rateLimitExceeded: 'rate_limited',
  flexUnavailable: 'overloaded',
  serverOverloaded: 'overloaded',
  policyCapacityUnavailable: 'overloaded',
  modelNotFound: 'model_not_found',
  inferenceHookDenied: 'refused',
  cyberPolicy: 'refused',
  bioPolicy: 'refused',
  misalignmentPolicyViolation: 'refused',
  tooManyDenials: 'permission_denied',
  internalServerError: 'server_error',
  unauthorized: 'auth_failed',
  badRequest: 'invalid_request',
};

/** The errors that only its message identifies. */
const BY_WORDS: readonly [RegExp, OutcomeCode][] = [
  [/reason: max_output_tokens/, 'output_token_limit'],
  [/reason: content_filter/, 'refused'],
  [/^\{/, 'invalid_request'],
  [/closed before response|network error|transport error|timeout|timed out|connection/i, 'network'],
  [/stream disconnected/, 'server_error'],
];

const ADVICE: Readonly<Partial<Record<OutcomeCode, string>>> = {
  auth_failed: ' See docs/guides/codex.md for how Codex gets its credential.',
  model_not_found: ' See the option model.',
};

/** Returns the outcome of a turn that failed. `now`: the time to which waits are added, in milliseconds since 1970. */
export function failureOf({ error, limits }: TurnFailure, now: number): Failure {
  const whole = typeof error['message'] === 'string' ? error['message'] : '';
  const words = wordsOf(error['message']);
  const outcome = outcomeOf(error['codexErrorInfo'], whole, limits);
  const message = `${beginningOf(words, TOLD_UNITS)}${ADVICE[outcome] ?? ''}`;
  const resets_at =
    outcome === 'usage_limit'
      ? limitReset(limits, words, now)
      : outcome === 'rate_limited'
        ? secondsLeft(words, now)
        : null;
  return { outcome, message, resets_at };
}

function outcomeOf(
  info: unknown,
  message: string,
  { rateLimitReachedType: reached }: TurnFailure['limits'],
): OutcomeCode {
  if (typeof info === 'string' && info !== 'other') {
    const isSpent =
      /quota exceeded|billing/i.test(message) ||
      /credits_depleted/.test(typeof reached === 'string' ? reached : '');
    if (info === 'usageLimitExceeded' && isSpent) return 'billing';
    const outcome = BY_NAME[info];
    if (outcome !== undefined) return outcome;
  }
  const [kind] = Object.values(fieldsOf(info));
  if (kind !== undefined) return byStatus(fieldsOf(kind)['httpStatusCode'], message);
  return BY_WORDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'agent_error';
}

function byStatus(status: unknown, message: string): OutcomeCode {
  // A page of HTML is a proxy's and not the API's.
  if (typeof status !== 'number' || /<(!doctype|html)\b/i.test(message)) return 'network';
  return statusOutcome(status);
}

/** The words of an error: those in its JSON, if it is the API's own. */
function wordsOf(message: unknown): string {
  const text = typeof message === 'string' ? message : 'Codex reported an error without words.';
  try {
    const { message: own } = fieldsOf(fieldsOf(JSON.parse(text))['error']);
    if (typeof own === 'string') return own;
  } catch {
    // It is not JSON.
  }
  return text;
}
