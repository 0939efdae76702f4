import { existsSync } from 'node:fs';
import type { AuthStatus } from '@cc-executor/contracts';

type Method = AuthStatus['method'];

/** The environment in which Claude Code runs. */
type Place = 'macos' | 'container' | 'machine';

/** The ways to log in, each with its method, and where it is the one to try first. */
const WAYS: readonly { method: Method; first: readonly Place[]; step: (executable: string) => string }[] = [
  {
    method: 'claude_login',
    first: ['machine'],
    step: (executable) =>
      `Log in: run \`cc-executor login\` (or \`${executable} auth login\`) as the user of the worker. No new start is needed.`,
  },
  {
    method: 'oauth_token',
    first: ['macos', 'container'],
    step: () =>
      'With a Claude subscription: run `claude setup-token` (or `cc-executor login --token`) where there is a browser, set CLAUDE_CODE_OAUTH_TOKEN to the token in the environment or in .env, and start again.',
  },
  {
    method: 'api_key',
    first: [],
    step: () => 'With an API key: set ANTHROPIC_API_KEY in the environment or in .env, and start again.',
  },
  {
    method: 'claude_login',
    first: [],
    step: () =>
      'With a login, in Docker: run `claude auth login` on the host; its ~/.claude is mounted into the worker as a directory. No new start is needed.',
  },
  {
    method: 'claude_login',
    first: [],
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
  api_key_helper: 'The apiKeyHelper of the settings of Claude Code is used: fix what it prints.',
  third_party:
    'The credentials of a cloud provider are used: renew them as that provider says, and start again.',
};

/**
 * Returns the exact steps of each way to log in. The method in use, and how to fix it, come first; of a method that is
 * not in use, the one that fits this machine. `executable` is the Claude Code that runs the tasks.
 */
export function authInstructions(
  executable: string,
  inUse: Method = 'none',
  place: Place = placeOf(),
): string[] {
  const cure = CURES[inUse];
  const rank = ({ method, first }: (typeof WAYS)[number]) =>
    method === inUse ? 0 : first.includes(place) ? 1 : 2;
  const ways = WAYS.toSorted((a, b) => rank(a) - rank(b));
  // The fix has the same steps as the method's own.
  const others = cure === undefined ? ways : ways.filter(({ method }) => method !== inUse);
  return [...(cure === undefined ? [] : [cure]), ...others.map(({ step }) => step(executable))];
}

/** Both engines mark their containers by a file. */
function placeOf(): Place {
  if (process.platform === 'darwin') return 'macos';
  return ['/.dockerenv', '/run/.containerenv'].some((mark) => existsSync(mark)) ? 'container' : 'machine';
}
