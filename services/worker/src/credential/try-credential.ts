import { tryApiKey } from '@cc-executor/agents';
import type { AuthStatus } from '@cc-executor/contracts';
import type { Logger } from '@cc-executor/service-kit';
import type { Credential } from './credential.ts';

/** A prompt's result within this time makes a probe unnecessary. Milliseconds. */
const KNOWN_MS = 3600_000;

/**
 * Returns a function that tries a credential before the first prompt does, so that a wrong key is detected early. Only an API
 * key is tried; if a prompt has just used it, no request is sent. Never rejects.
 */
export function tryCredential(
  credential: Pick<Credential, 'lastUse' | 'tried'>,
  env: Readonly<Record<string, string>>,
  logger: Pick<Logger, 'warn'>,
): (auth: AuthStatus) => Promise<void> {
  return async ({ method }) => {
    if (method !== 'api_key') return;
    try {
      const { lastWorked } = await credential.lastUse();
      if (lastWorked !== null && Date.now() - Date.parse(lastWorked.at) < KNOWN_MS) return;
      const tried = await tryApiKey(env);
      if (tried !== null) await credential.tried(tried);
    } catch (error) {
      logger.warn({ err: error }, 'the credential could not be tried');
    }
  };
}
