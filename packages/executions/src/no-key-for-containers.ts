import type { AuthStatus } from '@cc-executor/contracts';
import type { WorkerDirectory } from './ports/workers.ts';

/** The credentials that Claude Code alone can use, for people. */
const ITS_OWN: Partial<Record<AuthStatus['method'], string>> = {
  claude_login: 'the login of Claude Code',
  api_key_helper: 'an apiKeyHelper',
  third_party: 'the credentials of a cloud provider',
};

/**
 * Returns why no worker can run prompts in containers, with the cure; null: one can, or it is not known. What stays outside
 * of a container has to be a key or a token.
 */
export async function noKeyForContainers(directory: Pick<WorkerDirectory, 'list'>): Promise<string | null> {
  const workers = await directory.list();
  const methods = workers.map(({ auth }) => ITS_OWN[auth.method]);
  const [first] = methods;
  if (first === undefined || methods.includes(undefined)) return null;
  return `is "container", and a prompt there cannot use ${first}: set ANTHROPIC_API_KEY, or CLAUDE_CODE_OAUTH_TOKEN with the token that "claude setup-token" prints, where the server starts`;
}
