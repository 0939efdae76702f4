import { authInstructions } from '@cc-executor/agents';
import type { AuthStatus } from '@cc-executor/contracts';
import type { CredentialUse } from '@cc-executor/executions';

/**
 * What the agent says of its credential, and how it was last used: a revoked key or an expired login looks like a good
 * one until somebody uses it. A refusal counts until it works again, or the login was made anew.
 */
export function withLastUse(
  auth: AuthStatus,
  { lastSuccess, lastFailure }: CredentialUse,
  loginChanged: Date,
): AuthStatus {
  const told: AuthStatus = {
    ...auth,
    ...(lastSuccess === null ? {} : { last_success_at: lastSuccess }),
    ...(lastFailure === null ? {} : { last_failure: lastFailure }),
  };
  if (auth.status === 'not_authenticated' || lastFailure?.outcome !== 'auth_failed') return told;
  const isOver = [lastSuccess ?? '', loginChanged.toISOString()].some((at) => at > lastFailure.at);
  if (isOver) return told;
  const words = lastFailure.message === null ? '' : `: ${lastFailure.message}`;
  return {
    ...told,
    status: 'not_authenticated',
    message: `${auth.message} But it was refused when it was last used, at ${lastFailure.at}${words}`,
    instructions: authInstructions('claude'),
  };
}
