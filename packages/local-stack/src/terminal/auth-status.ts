import { AuthStatus } from '@cc-executor/contracts';

const ANSWER_MS = 5000;

/** Returns whether Claude is authenticated, as the API reports it; null if it does not answer. */
export async function readAuthStatus(apiUrl: string, apiKey: string | undefined): Promise<AuthStatus | null> {
  try {
    const answer = await fetch(`${apiUrl}/auth/status`, {
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return AuthStatus.parse(await answer.json());
  } catch {
    return null;
  }
}
