import { z } from 'zod';
import { LIMITS } from '../language/limits.ts';

/**
 * Settings that limit Claude Code's tools and requests; a task may set them. Source: its pages on settings and
 * environment variables.
 */
export const AGENT_SETTINGS: readonly string[] = [
  'API_TIMEOUT_MS',
  'BASH_DEFAULT_TIMEOUT_MS',
  'BASH_MAX_TIMEOUT_MS',
  'BASH_MAX_OUTPUT_LENGTH',
  'CLAUDE_AUTOCOMPACT_PCT_OVERRIDE',
  'CLAUDE_CODE_EFFORT_LEVEL',
  'CLAUDE_CODE_FILE_READ_MAX_OUTPUT_TOKENS',
  'CLAUDE_CODE_SUBAGENT_MODEL',
  'CLAUDE_ENABLE_STREAM_WATCHDOG',
  'CLAUDE_STREAM_IDLE_TIMEOUT_MS',
  'DISABLE_AUTO_COMPACT',
  'DISABLE_PROMPT_CACHING',
  'MAX_MCP_OUTPUT_TOKENS',
  'MAX_THINKING_TOKENS',
  'MCP_TIMEOUT',
  'MCP_TOOL_TIMEOUT',
  'SLASH_COMMAND_TOOL_CHAR_BUDGET',
  'TASK_MAX_OUTPUT_LENGTH',
];

/** Returns whether a variable has a setting or a credential of ours; those are never passed on. */
const isOwn = (name: string) =>
  /^(CC_EXECUTOR_|ANTHROPIC_|CLAUDE_|REDIS_URL$)/.test(name) && !AGENT_SETTINGS.includes(name);

const VariableName = z
  .string('must be a string')
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
  .refine((name) => !isOwn(name), 'is a setting or a credential of cc-executor, which no task gets');

/** The environment of a prompt's agents, or of those of a whole list. */
export const environmentOptions = {
  env: z
    .record(
      VariableName,
      z
        .string('must be a string')
        .max(LIMITS.mcpTextCharacters, `must have at most ${String(LIMITS.mcpTextCharacters)} characters`)
        .refine((value) => !value.includes('\0'), 'must not contain a NUL character'),
      'must be an object of strings',
    )
    .refine((env) => Object.keys(env).length <= LIMITS.listItems, {
      error: `must have at most ${String(LIMITS.listItems)} variables`,
    })
    .optional()
    .describe(
      'Environment variables for the agent and its tools, also settings of Claude Code such as BASH_MAX_TIMEOUT_MS. They are stored with the task: put secrets in pass_env.',
    ),
  pass_env: z
    .array(VariableName, 'must be a list')
    .max(LIMITS.listItems, `must have at most ${String(LIMITS.listItems)} items`)
    .optional()
    .describe("Names of variables of the worker's environment that are passed to the agent and its tools."),
} as const;

type EnvironmentOptions = {
  [Name in keyof typeof environmentOptions]?: z.output<(typeof environmentOptions)[Name]>;
};

/** Returns the variables of a task: the list's, and its own, which win. A value of a wrong type counts as none. */
export function mergeEnvironment(list: EnvironmentOptions, task: EnvironmentOptions): EnvironmentOptions {
  const env = { ...list.env, ...task.env };
  const names = [list, task].flatMap(({ pass_env }) => (Array.isArray(pass_env) ? pass_env : []));
  const pass_env = [...new Set(names)];
  return {
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(pass_env.length > 0 ? { pass_env } : {}),
  };
}
