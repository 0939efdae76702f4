import { SECRET_DESCRIPTOR } from '../launch/launch.ts';

/** What Claude Code also takes through a descriptor, in the order in which it prefers them. */
const BY_DESCRIPTOR: Readonly<Record<string, string>> = {
  ANTHROPIC_API_KEY: 'CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR',
  CLAUDE_CODE_OAUTH_TOKEN: 'CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR',
};

/**
 * Takes the key or the token out of an environment: in there, the agent's tools would have it too, and could print it.
 * `secret`: what has to be written to the descriptor that the environment names now; null: there is none.
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
