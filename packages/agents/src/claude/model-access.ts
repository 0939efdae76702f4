import type { ModelAccess } from '@cc-executor/service-kit/model-relay';
import { secretInUse } from './fingerprint.ts';

type Env = Readonly<Record<string, string>>;

/** A way to the model that a relay can take for Claude Code. */
export interface RelayedAccess extends ModelAccess {
  /** The variable in which Claude Code finds what stands for the credential; its requests differ with the kind. */
  variable: string;
}

/** The server of its model, unless a cloud provider has it. */
const DEFAULT_URL = 'https://api.anthropic.com';
/** The routes of the API that Claude Code uses. */
const PATHS: ReadonlySet<string> = new Set(['/v1/messages', '/v1/messages/count_tokens']);
/** Source: the requests of Claude Code with a token of a subscription. */
const OAUTH_BETA = 'oauth-2025-04-20';
const CURE =
  'Set ANTHROPIC_API_KEY, or CLAUDE_CODE_OAUTH_TOKEN with the token that "claude setup-token" prints, where the server starts.';

/** Returns the base address of the API in this environment, if no cloud provider is in use. */
export function apiUrl(env: Env): string {
  return env['ANTHROPIC_BASE_URL'] || DEFAULT_URL;
}

/** Returns the base address that Claude Code uses; null: only it knows it, as a cloud provider is in use. */
export function claudeServer(env: Env): string | null {
  return usesProvider(env) ? null : apiUrl(env);
}

function usesProvider(env: Env): boolean {
  return Object.keys(env).some((name) => name.startsWith('CLAUDE_CODE_USE_') && env[name]);
}

/** Returns how the model is reached in this environment; or why nobody but Claude Code itself can reach it, with the cure. */
export function modelAccess(env: Env): RelayedAccess | { refusal: string } {
  if (usesProvider(env))
    return { refusal: "the credentials of a cloud provider are passed to the server's own agents alone" };
  if (env['CLAUDE_CODE_CLIENT_CERT'])
    return { refusal: "the certificate of the client is passed to the server's own agents alone" };
  const variable = secretInUse(env);
  if (variable === undefined)
    return { refusal: `the server has no API key or token. ${CURE} A login serves one agent at a time` };
  const secret = env[variable] ?? '';
  const credential =
    variable === 'ANTHROPIC_API_KEY' ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` };
  return {
    url: apiUrl(env),
    headers: { ...customHeaders(env['ANTHROPIC_CUSTOM_HEADERS']), ...credential },
    paths: PATHS,
    variable,
    ...(variable === 'CLAUDE_CODE_OAUTH_TOKEN' && { beta: OAUTH_BETA }),
  };
}

/** Lines of `Name: value`, as Claude Code reads them. */
function customHeaders(lines = ''): Record<string, string> {
  const headers = lines.split('\n').flatMap((line) => {
    const [, name, value] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*:(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.trim()] as const];
  });
  return Object.fromEntries(headers);
}
