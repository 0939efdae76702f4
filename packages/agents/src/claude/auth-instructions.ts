import type { AuthStatus } from '@cc-executor/contracts';

type Method = AuthStatus['method'];

/** The ways to log in, each with its method. */
const WAYS: readonly { method: Method; step: (executable: string) => string }[] = [
  {
    method: 'api_key',
    step: () => 'With an API key: set ANTHROPIC_API_KEY in the environment or in .env, and start again.',
  },
  {
    method: 'oauth_token',
    step: () =>
      'With a Claude subscription: on a machine with a browser run `claude setup-token` (or `npx --yes @anthropic-ai/claude-code setup-token`), set CLAUDE_CODE_OAUTH_TOKEN in the environment or in .env to the long-lived token that it prints, and start again.',
  },
  {
    method: 'claude_login',
    step: (executable) =>
      `With a login, without Docker: as the user that runs the worker, run \`${executable} auth login\`. No new start is needed.`,
  },
  {
    method: 'claude_login',
    step: () =>
      'With a login, in Docker: run `claude auth login` on the host; its ~/.claude is mounted into the worker as a directory. No new start is needed.',
  },
  {
    method: 'claude_login',
    step: () =>
      'On macOS the login is in the Keychain, which a container cannot read: use the token of `claude setup-token`.',
  },
];

/** How to fix a credential that was rejected, by its method. */
const CURES: Partial<Record<Method, string>> = {
  api_key:
    'The key in ANTHROPIC_API_KEY is used: replace it in the environment or in .env by one that is valid (https://console.anthropic.com/settings/keys), and start again.',
  oauth_token:
    'The token in CLAUDE_CODE_OAUTH_TOKEN (or ANTHROPIC_AUTH_TOKEN) is used: make a new one with `claude setup-token`, replace it in the environment or in .env, and start again.',
  api_key_helper: 'The apiKeyHelper of the settings of Claude Code is used: mend what it prints.',
  third_party:
    'The credentials of a cloud provider are used: renew them as that provider says, and start again.',
};

/**
 * Returns the exact steps of each way to log in. The method in use, and how to fix it, come first.
 * `executable` is the Claude Code that runs the tasks.
 */
export function authInstructions(executable: string, inUse: Method = 'none'): string[] {
  const cure = CURES[inUse];
  const first = WAYS.filter(({ method }) => method === inUse);
  const others = WAYS.filter(({ method }) => method !== inUse);
  // The fix has the same steps as the method's own.
  const ways = cure === undefined ? [...first, ...others] : others;
  return [...(cure === undefined ? [] : [cure]), ...ways.map(({ step }) => step(executable))];
}
