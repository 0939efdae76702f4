import type { Secret } from '../launch/launch.ts';

/** Variables that Claude Code also accepts through a descriptor, in its order of preference. */
const BY_DESCRIPTOR: Readonly<Record<string, string>> = {
  ANTHROPIC_API_KEY: 'CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR',
  CLAUDE_CODE_OAUTH_TOKEN: 'CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR',
};

/**
 * Removes the key or the token from an environment: the agent's tools would inherit it and could print it.
 * `secret`: what the process gets instead; null: none.
 */
export function withoutSecret(env: Readonly<Record<string, string>>): {
  env: Record<string, string>;
  secret: Secret | null;
} {
  const [used, variable] = Object.entries(BY_DESCRIPTOR).find(([name]) => env[name]) ?? [];
  const kept = Object.entries(env).filter(([name]) => !(name in BY_DESCRIPTOR));
  const text = used === undefined ? undefined : env[used];
  return {
    env: Object.fromEntries(kept),
    secret: text === undefined || variable === undefined ? null : { text, variable },
  };
}
