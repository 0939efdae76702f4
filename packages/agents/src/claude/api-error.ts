import type { SDKAssistantMessageError } from '@anthropic-ai/claude-agent-sdk';
import type { OutcomeCode } from '@cc-executor/contracts';
import type { StreamFacts } from './stream-facts.ts';
import { limitOf } from './limit.ts';
import type { Result } from './message.ts';

/** Used where the status is more specific than Claude Code's name for the error. */
const CLEAR_STATUS: Readonly<Record<number, OutcomeCode>> = {
  407: 'network',
  413: 'prompt_too_long',
  529: 'overloaded',
};

/** Used where the text of Claude Code or of the API is more specific than the status. */
const BY_WORDS: readonly (readonly [RegExp, OutcomeCode])[] = [
  [
    /\b(organi[sz]ation|account)\b.{0,80}\b(disabled|suspended|deactivated|banned|terminated)\b/i,
    'account_disabled',
  ],
  [
    /\b(prompt|conversation|input|request) (is )?too (long|large)\b|\bexceeds? .{0,40}context (window|limit)/i,
    'prompt_too_long',
  ],
  [/\bblocked by content filter/i, 'refused'],
];

const BY_ERROR: Readonly<Partial<Record<string, OutcomeCode>>> = {
  authentication_failed: 'auth_failed',
  oauth_org_not_allowed: 'auth_failed',
  account_on_hold: 'account_disabled',
  verification_required: 'auth_failed',
  cloud_credential_error: 'auth_failed',
  billing_error: 'billing',
  rate_limit: 'rate_limited',
  overloaded: 'overloaded',
  model_not_found: 'model_not_found',
  invalid_request: 'invalid_request',
  max_output_tokens: 'output_token_limit',
} satisfies Partial<Record<SDKAssistantMessageError, OutcomeCode>>;

const BY_STATUS: Readonly<Record<number, OutcomeCode>> = {
  400: 'invalid_request',
  401: 'auth_failed',
  402: 'billing',
  403: 'auth_failed',
  404: 'model_not_found',
  408: 'server_error',
  409: 'server_error',
  422: 'invalid_request',
  425: 'server_error',
  429: 'rate_limited',
};

/** Classifies a failed request to the model by its status, Claude Code's name for the error, and its text. */
export function byApiError(result: Result, facts: StreamFacts, text: string): OutcomeCode {
  const status = result.apiErrorStatus ?? 0;
  const limit = limitOf(facts, status, text);
  if (limit !== undefined) return limit;
  if (result.stopReason === 'refusal') return 'refused';
  if (status < 500 && status !== 429) {
    const byWords = BY_WORDS.find(([words]) => words.test(text));
    if (byWords !== undefined) return byWords[1];
    if (isNoAnswerOfTheApi(status, result, facts, text)) return 'network';
  }
  const named = facts.error === undefined ? undefined : BY_ERROR[facts.error];
  const code = CLEAR_STATUS[status] ?? named ?? BY_STATUS[status];
  // The model has answered before, so the prompt is not the cause: another conversation may succeed.
  if (code === 'invalid_request' && facts.hasContent) return 'conversation_refused';
  if (code !== undefined) return code;
  if (status >= 500) return 'server_error';
  // A request that failed without a status got no answer from the model: no server, or something in front of it.
  return result.terminalReason === 'api_error' && status === 0 ? 'network' : 'agent_error';
}

/** The part of a page that Claude Code shows, such as its title. */
const PAGE =
  /<(!doctype|html|head|body)\b|\b(cloudflare|cloudfront|akamai|nginx|captive portal|attention required|just a moment|bad gateway)\b/i;

/** The status and its name, shown for an empty body. */
const STATUS_ALONE =
  / (400 Bad Request|401 Unauthorized|403 Forbidden|404 Not Found|405 Method Not Allowed)\s*$/;

/** From this version on, a result names the type of the API's error if the API answered. */
const NAMES_TYPES = [2, 1, 330];

/**
 * Returns whether something in front of the API answered: a captive portal, a proxy, a CDN. These send pages for people,
 * of which Claude Code shows at most the status text.
 */
function isNoAnswerOfTheApi(
  status: number,
  { apiErrorType }: Result,
  { version }: StreamFacts,
  text: string,
): boolean {
  if (status < 400 || apiErrorType !== undefined) return false;
  const isPage = PAGE.test(text) || (status !== 401 && text.includes('(no body)'));
  if (isPage || STATUS_ALONE.test(text)) return true;
  // Claude Code has its own text for an unknown model, whatever sent the 404.
  return status === 404 && isAtLeast(version, NAMES_TYPES);
}

function isAtLeast(version: string | null, least: readonly number[]): boolean {
  const parts = (version ?? '').split('.').map(Number);
  const index = least.findIndex((part, at) => part !== parts[at]);
  return index === -1 || (parts[index] ?? 0) > (least[index] ?? 0);
}
