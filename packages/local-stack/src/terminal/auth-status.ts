import { AuthStatus } from '@cc-executor/contracts';

const ANSWER_MS = 5000;

/** Whether Claude is authenticated, by the API's own account; null when it can't be had. */
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
