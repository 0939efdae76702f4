import { AGENT_SETTINGS, type PromptOptions } from '@cc-executor/contracts';
import { isForPrompts } from '../environment.ts';
import type { ClaudeOptions } from './options.ts';

// By name and not CLAUDE_CODE_*: a worker started from inside Claude Code has that one's own state in its environment.
const CLAUDE = [
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_MAX_OUTPUT_TOKENS',
  ...AGENT_SETTINGS,
  'CLAUDE_CODE_CLIENT_CERT',
  'CLAUDE_CODE_CLIENT_KEY',
  'CLAUDE_CODE_CLIENT_KEY_PASSPHRASE',
];
const NAMES: ReadonlySet<string> = new Set(CLAUDE);
/** The variables of a third party are passed only with its switch. */
const PREFIX = /^ANTHROPIC_(?!(AWS|BEDROCK|FOUNDRY|VERTEX)_)/;

/** The variables that a third party's switch needs. Source: Claude Code's pages on Bedrock, Vertex AI and Foundry. */
const THIRD_PARTIES: Readonly<Record<string, RegExp>> = {
  CLAUDE_CODE_USE_BEDROCK: /^(AWS_|ANTHROPIC_(AWS|BEDROCK)_|CLAUDE_CODE_SKIP_BEDROCK_AUTH$)/,
  CLAUDE_CODE_USE_VERTEX:
    /^(GOOGLE_|GCLOUD_|ANTHROPIC_VERTEX_|CLOUD_ML_REGION$|VERTEX_REGION_|CLAUDE_CODE_SKIP_VERTEX_AUTH$)/,
  CLAUDE_CODE_USE_FOUNDRY: /^(AZURE_|ANTHROPIC_FOUNDRY_|CLAUDE_CODE_SKIP_FOUNDRY_AUTH$)/,
};

/** How Claude Code is configured here. */
const FIXED = {
  // Time limits are ours: by default it ends sub-agents ten minutes after the last turn.
  CLAUDE_CODE_PRINT_BG_WAIT_CEILING_MS: '0',
  // The queue does the waiting; its own ten retries take three minutes, even for a wrong key.
  CLAUDE_CODE_MAX_RETRIES: '2',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  // Loads the workspace's CLAUDE.md (an additional directory, see query-options) without its settings and hooks.
  CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: '1',
  // Automatic memory would reach the next task, which must start with a fresh context.
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
};

/**
 * Returns the variables of the worker's environment that Claude Code needs or the task requests, by an allow-list: nothing
 * else reaches a prompt's tools.
 * An empty variable counts as unset: compose files pass unset variables as ''.
 */
export function claudeEnvironment(
  {
    baseEnv,
    configDirectory,
    requestTimeoutMs,
  }: Pick<ClaudeOptions, 'baseEnv' | 'configDirectory' | 'requestTimeoutMs'>,
  executionId: string,
  { env: given = {}, pass_env: passed = [] }: Pick<PromptOptions, 'env' | 'pass_env'> = {},
): Record<string, string> {
  const set = Object.entries(baseEnv).filter(([, value]) => value !== '');
  const inUse = Object.entries(THIRD_PARTIES).filter(([party]) => set.some(([name]) => name === party));
  const allowed = ([name]: [string, string]) =>
    isForPrompts(name) ||
    NAMES.has(name) ||
    passed.includes(name) ||
    PREFIX.test(name) ||
    inUse.some(([party, needs]) => name === party || needs.test(name));
  const own = configDirectory === null ? {} : { CLAUDE_CONFIG_DIR: configDirectory(executionId) };
  const env: Record<string, string> = {
    ...Object.fromEntries(set.filter(allowed)),
    ...given,
    ...own,
    ...FIXED,
  };
  const asked = Number(env['API_TIMEOUT_MS']);
  // Never longer than ours: an unanswered request would count as silence of the agent.
  const requestTimeout = asked > 0 ? Math.min(asked, requestTimeoutMs) : requestTimeoutMs;
  return { ...env, API_TIMEOUT_MS: String(requestTimeout) };
}
