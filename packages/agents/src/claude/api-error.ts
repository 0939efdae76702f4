import type { SDKAssistantMessageError } from '@anthropic-ai/claude-agent-sdk';
import type { OutcomeCode } from '@cc-executor/contracts';
import type { Heard } from './heard.ts';
import { limitOf } from './limit.ts';
import type { Result } from './message.ts';

/** Where the status says more than Claude Code's name for the error. */
const CLEAR_STATUS: Readonly<Record<number, OutcomeCode>> = { 413: 'prompt_too_long', 529: 'overloaded' };

const BY_ERROR: Readonly<Partial<Record<string, OutcomeCode>>> = {
  authentication_failed: 'auth_failed',
  oauth_org_not_allowed: 'auth_failed',
  account_on_hold: 'auth_failed',
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
  429: 'rate_limited',
};

/** What a failed request to the model is, from the status, Claude Code's name for the error, and its words. */
export function byApiError(result: Result, heard: Heard, text: string): OutcomeCode {
  const limit = limitOf(heard, text);
  if (limit !== undefined) return limit;
  if (result.stopReason === 'refusal') return 'refused';
  const status = result.apiErrorStatus ?? 0;
  const named = heard.error === undefined ? undefined : BY_ERROR[heard.error];
  const code = CLEAR_STATUS[status] ?? named ?? BY_STATUS[status];
  if (code !== undefined) return code;
  if (status >= 500) return 'server_error';
  // A request that failed without a status never got an answer of the model: no server, or something before it.
  return result.terminalReason === 'api_error' && status === 0 ? 'network' : 'agent_error';
}
