import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClaudeOptions } from './options.ts';

const CREDENTIALS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'];

/**
 * Returns where Claude Code keeps its files. A login has to stay in the place where it was made, because each
 * refresh invalidates copies. With a key or a token, or where Claude Code was never used, it is a folder below
 * `root` for each execution, and the user's home is left alone.
 */
export function configDirectoryOf(
  env: Readonly<Record<string, string | undefined>>,
  root: string,
): ClaudeOptions['configDirectory'] {
  const own = (executionId: string) => join(root, executionId);
  if (CREDENTIALS.some((name) => env[name])) return own;
  if (env['CLAUDE_CONFIG_DIR']) return null;
  const home = env['HOME'] ?? '';
  const wasUsed = existsSync(join(home, '.claude')) || existsSync(join(home, '.claude.json'));
  return wasUsed ? null : own;
}
