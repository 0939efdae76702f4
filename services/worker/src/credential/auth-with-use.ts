import { authInstructions } from '@cc-executor/agents';
import type { AuthStatus } from '@cc-executor/contracts';
import { credentialState, type CredentialSign, type CredentialUse } from '@cc-executor/executions';

/**
 * Returns the agent's report on its credential, and whether it has been seen to work: a revoked key or an expired login
 * looks valid until it is used. A rejection counts until the credential works again or the login is renewed.
 */
export function withLastUse(auth: AuthStatus, use: CredentialUse, loginChanged: Date): AuthStatus {
  const { lastSuccess, lastFailure } = use;
  const told: AuthStatus = {
    ...auth,
    ...(lastSuccess === null ? {} : { last_success_at: lastSuccess }),
    ...(lastFailure === null ? {} : { last_failure: lastFailure }),
  };
  if (auth.status === 'not_authenticated') return told;
  const { state, sign } = credentialState(use, loginChanged);
  const credential = { state, ...(sign === null ? {} : detailsOf(sign)) };
  const message = `${auth.message} ${sentenceOf(state, sign)}`;
  if (state !== 'refused') return { ...told, message, credential };
  const instructions = authInstructions('claude', auth.method);
  return { ...told, status: 'not_authenticated', message, credential, instructions };
}

function detailsOf({ at, by, message }: CredentialSign) {
  return { at, by, ...(message === null ? {} : { message }) };
}

function sentenceOf(state: 'found' | 'works' | 'refused', sign: CredentialSign | null): string {
  if (sign === null) return 'Nothing has shown yet whether it works: it was not tried.';
  const how = sign.by === 'prompt' ? 'when a prompt used it' : 'when it was tried';
  if (state === 'works') return `It worked at ${sign.at}, ${how}.`;
  const words = sign.message === null ? '' : `: ${sign.message}`;
  return `But it was refused at ${sign.at}, ${how}${words}`;
}
