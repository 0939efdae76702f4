import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** How Codex reaches its model, and as whom. */
export interface CodexAccess {
  /** The user's login; null: it uses a key, or has nothing. */
  login: string | null;
  /** The configuration that names its model's server. It has the key, so it is passed through a pipe and never shown. */
  config: Readonly<Record<string, unknown>>;
  method: 'api_key' | 'login' | 'none';
}

/** A server that speaks the Responses API, as whom Codex asks it. */
interface ModelServer {
  /** Its address, to which the path of a request is added. */
  url: string;
  key: string;
}

const OPENAI = 'https://api.openai.com/v1';
/** It retries less than by itself: the queue does the waiting. */
const RETRIES = { request_max_retries: 2, stream_max_retries: 2 };

/** Returns how Codex gets its credential: CODEX_API_KEY, else OPENAI_API_KEY, else the login in the user's CODEX_HOME. */
export function codexAccess(
  env: Readonly<Record<string, string | undefined>>,
  requestTimeoutMs = 300_000,
): CodexAccess {
  const server = codexServer(env);
  if (server !== null) return accessTo(server, requestTimeoutMs);
  const url = env['OPENAI_BASE_URL'] || null;
  const login = join(env['CODEX_HOME'] || join(env['HOME'] || homedir(), '.codex'), 'auth.json');
  const config = url === null ? {} : { openai_base_url: url };
  return existsSync(login) ? { login, config, method: 'login' } : { login: null, config, method: 'none' };
}

/** Returns the server that Codex asks with a key; null: there is none. */
export function codexServer(env: Readonly<Record<string, string | undefined>>): ModelServer | null {
  const key = env['CODEX_API_KEY'] || env['OPENAI_API_KEY'];
  return key ? { url: env['OPENAI_BASE_URL'] || OPENAI, key } : null;
}

/** Returns the base address that Codex uses; null: there is no credential, or a login chooses it. */
export function codexUrl(env: Readonly<Record<string, string | undefined>>): string | null {
  if (codexAccess(env).method === 'none') return null;
  return codexServer(env)?.url ?? (env['OPENAI_BASE_URL'] || null);
}

/** Returns the access to a server by a key. */
export function accessTo({ url, key }: ModelServer, requestTimeoutMs: number): CodexAccess {
  const server = {
    name: 'OpenAI',
    base_url: url,
    // Other processes of the user could read a variable of its environment.
    experimental_bearer_token: key,
    wire_api: 'responses',
    stream_idle_timeout_ms: requestTimeoutMs,
    ...RETRIES,
  };
  return {
    login: null,
    config: { model_provider: 'cc_executor', model_providers: { cc_executor: server } },
    method: 'api_key',
  };
}
