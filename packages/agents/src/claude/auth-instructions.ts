/** The exact steps to each way in; `executable` is the Claude Code that runs the tasks. */
export function authInstructions(executable: string): string[] {
  return [
    'With an API key: set ANTHROPIC_API_KEY in the environment or in .env, and start again.',
    'With a Claude subscription: on a machine with a browser run `claude setup-token` (or `npx --yes @anthropic-ai/claude-code setup-token`), set CLAUDE_CODE_OAUTH_TOKEN in the environment or in .env to the long-lived token that it prints, and start again.',
    `With a login, without Docker: as the user that runs the worker, run \`${executable} auth login\`. No new start is needed.`,
    'With a login, in Docker: run `claude auth login` on the host; its ~/.claude is mounted into the worker as a directory. No new start is needed.',
    'On macOS the login is in the Keychain, which a container cannot read: use the token of `claude setup-token`.',
  ];
}
