import { apiUrl } from './model-access.ts';

/** The deadline for the API's answer. Milliseconds. */
const PATIENCE_MS = 5000;
const MAX_BYTES = 64 * 1024;

export interface KeyCheck {
  works: boolean;
  /** The reason for a rejection. */
  message: string | null;
}

type Env = Readonly<Record<string, string>>;

/**
 * Tries the API key of an environment, at the address that its prompts go to: it requests the list of models, which
 * costs nothing. Null: unknown, since there is no key, or no answer or an unexpected one. Logins
 * and tokens of a subscription are never tried: they are for Claude Code only. Redirects are not followed: the key goes
 * nowhere else. Never rejects.
 */
export async function tryApiKey(env: Env): Promise<KeyCheck | null> {
  const key = env['ANTHROPIC_API_KEY'];
  // A gateway that requires its own headers would reject the request without them.
  if (!key || env['ANTHROPIC_CUSTOM_HEADERS']) return null;
  try {
    const base = apiUrl(env).replace(/\/$/, '');
    const response = await fetch(`${base}/v1/models?limit=1`, {
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return judge(response.status, JSON.parse(await startOf(response)));
  } catch {
    return null;
  }
}

function judge(status: number, body: unknown): KeyCheck | null {
  const { data, error } = (body ?? {}) as { data?: unknown; error?: { type?: unknown; message?: unknown } };
  if (status === 200 && Array.isArray(data)) return { works: true, message: null };
  if (status !== 401 || error?.type !== 'authentication_error') return null;
  return { works: false, message: typeof error.message === 'string' ? error.message.slice(0, 500) : null };
}

async function startOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}
