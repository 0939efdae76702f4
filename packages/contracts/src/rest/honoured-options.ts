import type { AgentName } from '../language/agents.ts';
import { TOOL_OPTION_NAMES } from './called-tool.ts';
import { PROMPT_OPTION_NAMES, type PromptOptions } from './prompt-options.ts';

/**
 * The options of the agent "model": it has no tools, no conversation and no workspace. Agents that judge, rewrite or fix
 * would get its model, which is not theirs.
 */
const MODEL_OPTION_NAMES = [
  'model',
  'model_url',
  'fallback_model',
  'append_system_prompt',
  'template',
  'on_too_long',
  'on_output_limit',
  'retry_context',
  'json_mode',
  'json_schema',
  'json',
  'pass_env',
] as const satisfies readonly (keyof PromptOptions)[];

/** The options of the agent "codex". What it may do is decided by its sandbox, and not by names of tools. */
const CODEX_OPTION_NAMES = [
  'model',
  'fallback_model',
  'append_system_prompt',
  'template',
  'on_too_long',
  'on_output_limit',
  'retry_context',
  'json_mode',
  'json_schema',
  'json',
  'permission_mode',
  'on_denied',
  'trust_workspace',
  'workspace_memory',
  'env',
  'pass_env',
  'extra_dirs',
] as const satisfies readonly (keyof PromptOptions)[];

/** The options that each agent honours; a task with another one is refused. */
export const HONOURED_OPTIONS: Readonly<Record<AgentName, readonly (keyof PromptOptions)[]>> = {
  claude: PROMPT_OPTION_NAMES.filter((name) => name !== 'model_url'),
  codex: CODEX_OPTION_NAMES,
  model: MODEL_OPTION_NAMES,
  command: [],
  tool: TOOL_OPTION_NAMES,
};
