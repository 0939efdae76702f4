import type { AuthStatus } from '@cc-executor/contracts';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';

/** In Claude Code's order of preference. */
const SECRETS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'];
/** Returns the name of the variable whose credential Claude Code uses; undefined: none is set. */
export function secretInUse(env: Readonly<Record<string, string>>): string | undefined {
  return SECRETS.find((name) => env[name]);
}

/** The parts of the way to the API that fail for everyone who shares them. */
const WAY =
  /^(ANTHROPIC_BASE_URL|(HTTPS?|ALL)_PROXY|(https?|all)_proxy|(AWS|CLOUD_ML)_REGION|ANTHROPIC_(BEDROCK|VERTEX|FOUNDRY)_.*)$/;
const PARTIES = /^(CLAUDE_CODE_USE_|AWS_|GOOGLE_|GCLOUD_|AZURE_)/;

/**
 * Returns a name for the credential that Claude Code uses in this environment, to be shared between workers: equal for
 * the same credential, and revealing nothing of it. `salt`: of this installation, so that the name is useless elsewhere. A
 * stored login is named by its place, since its content changes with each refresh.
 */
export function credentialFingerprint(env: Readonly<Record<string, string>>, salt: string): string {
  const secret = secretInUse(env);
  const parties = Object.entries(env).filter(([name]) => PARTIES.test(name));
  const place = env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? '', '.claude');
  const by = secret !== undefined ? [secret, env[secret]] : [Object.fromEntries(parties), place];
  return fingerprintOf([env['ANTHROPIC_BASE_URL'] ?? '', by], salt);
}

/**
 * Returns a name for the API that Claude Code calls in this environment, and for the way to it; equal for all credentials.
 * `salt`: see above.
 */
export function endpointFingerprint(env: Readonly<Record<string, string>>, salt: string): string {
  const parts = Object.entries(env).filter(
    ([name, value]) => value !== '' && (WAY.test(name) || name.startsWith('CLAUDE_CODE_USE_')),
  );
  return fingerprintOf(['endpoint', parts.toSorted(([a], [b]) => (a < b ? -1 : 1))], salt);
}

function fingerprintOf(named: unknown, salt: string): string {
  return createHmac('sha256', salt).update(JSON.stringify(named)).digest('base64url').slice(0, 22);
}

/** Returns the method by which Claude Code is authenticated in this environment, as far as the environment shows it. */
export function methodInUse(env: Readonly<Record<string, string>>): AuthStatus['method'] {
  if (Object.keys(env).some((name) => name.startsWith('CLAUDE_CODE_USE_'))) return 'third_party';
  if (env['ANTHROPIC_API_KEY']) return 'api_key';
  return secretInUse(env) !== undefined ? 'oauth_token' : 'claude_login';
}
