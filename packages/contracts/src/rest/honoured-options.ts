import type { AgentName } from '../language/agents.ts';
import { TOOL_OPTION_NAMES } from './called-tool.ts';
import { PROMPT_OPTION_NAMES, type PromptOptions } from './prompt-options.ts';

/** The options of helping agents, for every agent of the task. */
const HELPED = [
  'amend_prompt',
  'amendment_agent',
  'validation_prompt',
  'validation_agent',
  'on_invalid',
] as const satisfies readonly (keyof PromptOptions)[];
/** The same for an agent that works in the workspace. */
const HELPED_WORK = [
  ...HELPED,
  'fix_agent',
  'review_agent',
] as const satisfies readonly (keyof PromptOptions)[];

/** The options of the prompt's text and of the answer's form. */
const ANSWERED = [
  'template',
  'on_too_long',
  'on_output_limit',
  'retry_context',
  'json_mode',
  'json_schema',
  'json',
] as const satisfies readonly (keyof PromptOptions)[];

/** The options of the agent "model": it has no tools, no conversation and no workspace. */
const MODEL_OPTION_NAMES = [
  ...HELPED,
  'model',
  'model_url',
  'fallback_model',
  'append_system_prompt',
  ...ANSWERED,
  'pass_env',
] as const satisfies readonly (keyof PromptOptions)[];

/** The options of the agent "codex". What it may do is decided by its sandbox, and not by names of tools. */
const CODEX_OPTION_NAMES = [
  ...HELPED_WORK,
  'model',
  'fallback_model',
  'append_system_prompt',
  ...ANSWERED,
  'permission_mode',
  'on_denied',
  'trust_workspace',
  'workspace_memory',
  'mcp_servers',
  'env',
  'pass_env',
  'extra_dirs',
] as const satisfies readonly (keyof PromptOptions)[];

/** The options of the agent "acp". The protocol has no system prompt, no names of tools and no bound of turns. */
const ACP_OPTION_NAMES = [
  ...HELPED_WORK,
  'acp',
  'model',
  'fallback_model',
  ...ANSWERED,
  'permission_mode',
  'on_denied',
  'mcp_servers',
  'env',
  'pass_env',
  'extra_dirs',
] as const satisfies readonly (keyof PromptOptions)[];

/** The options of one agent that no other has. */
const OF_ONE: ReadonlySet<string> = new Set(['model_url', 'acp']);

/** The options that each agent honours; a task with another one is refused. */
export const HONOURED_OPTIONS: Readonly<Record<AgentName, readonly (keyof PromptOptions)[]>> = {
  claude: PROMPT_OPTION_NAMES.filter((name) => !OF_ONE.has(name)),
  codex: CODEX_OPTION_NAMES,
  acp: ACP_OPTION_NAMES,
  model: MODEL_OPTION_NAMES,
  command: [],
  tool: TOOL_OPTION_NAMES,
};
