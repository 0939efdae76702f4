import type { OutcomeCode } from '@cc-executor/contracts';

/** Returns the outcome for an HTTP status from 400 to 599 of a model's server. */
export function statusOutcome(status: number): OutcomeCode {
  if (status === 401 || status === 403) return 'auth_failed';
  if (status === 402) return 'billing';
  if (status === 404) return 'model_not_found';
  if (status === 429) return 'rate_limited';
  // It will not learn that by being asked again.
  if (status === 501 || status === 505) return 'invalid_request';
  if (status === 503 || status === 529) return 'overloaded';
  return status >= 500 ? 'server_error' : 'invalid_request';
}
