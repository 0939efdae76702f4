import { SECRET_DESCRIPTOR } from '../launch/launch.ts';

/** Variables that Claude Code also accepts through a descriptor, in its order of preference. */
const BY_DESCRIPTOR: Readonly<Record<string, string>> = {
  ANTHROPIC_API_KEY: 'CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR',
  CLAUDE_CODE_OAUTH_TOKEN: 'CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR',
};

/**
 * Removes the key or the token from an environment: the agent's tools would inherit it and could print it.
 * `secret`: the value to write to the descriptor that the environment now names; null: none.
 */
export function withoutSecret(env: Readonly<Record<string, string>>): {
  env: Record<string, string>;
  secret: string | null;
} {
  const used = Object.keys(BY_DESCRIPTOR).find((name) => env[name]);
  const kept = Object.entries(env).filter(([name]) => !(name in BY_DESCRIPTOR));
  const named = used === undefined ? [] : [[BY_DESCRIPTOR[used], String(SECRET_DESCRIPTOR)] as const];
  return {
    env: Object.fromEntries([...kept, ...named]),
    secret: used === undefined ? null : (env[used] ?? null),
  };
}
