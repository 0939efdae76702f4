import { z } from 'zod';
import { AcpAgent } from './acp.ts';
import { environmentOptions } from './agent-environment.ts';
import { isDeeperThan } from '../language/depth.ts';
import { echo } from '../language/errors.ts';
import { helperAgent } from './helper-agent.ts';
import { byteLength, LIMITS } from '../language/limits.ts';
import { McpServers } from './mcp-servers.ts';
import { ModelUrl } from './model-url.ts';
import { JSON_PRESETS, PROFILES } from './presets.ts';
import { textOf } from '../language/text.ts';

const flag = (what: string) => z.boolean('must be true or false').optional().describe(what);
const oneOf = <const T extends readonly [string, ...string[]]>(values: T, what: string) =>
  z
    .enum(values, `must be ${values.map((value) => `"${value}"`).join(' or ')}`)
    .optional()
    .describe(what);
const listOf = <T extends z.ZodType>(item: T, what: string) =>
  z
    .array(item, 'must be a list')
    .max(LIMITS.listItems, `must have at most ${String(LIMITS.listItems)} items`)
    .optional()
    .describe(what);

const tool = z
  .string('must be a string')
  .regex(
    /^[A-Za-z0-9_*-]+(\([^\0\r\n]*\))?$/,
    'must be the name of a tool, such as Read, Bash(git diff:*) or mcp__docs__search',
  );

/** The options of a prompt, by their names on the wire; all are optional, and none applies to commands. */
export const promptOptions = {
  model: z
    .string('must be a string')
    .min(1, 'must not be empty')
    .max(200)
    .optional()
    .describe("The model; default: the agent's own."),
  model_url: ModelUrl.optional().describe(
    'For the agent "model": the address of an API that speaks Chat Completions, such as http://127.0.0.1:4000/v1. Default: OPENAI_BASE_URL of the worker, else that of OpenAI.',
  ),
  acp: AcpAgent.optional().describe(
    'For the agent "acp": which program that speaks the Agent Client Protocol. A name ("opencode", "gemini", or one of agents.json in the data directory), or a command with its arguments, which no shell reads.',
  ),
  fallback_model: z
    .string('must be a string')
    .min(1, 'must not be empty')
    .max(200)
    .optional()
    .describe('The model for one immediate further attempt if the first one refuses to answer.'),
  append_system_prompt: textOf(
    "Text that is added to the agent's system prompt; the prompt itself does not change.",
    LIMITS.systemPromptBytes,
  ).optional(),
  template: flag(
    'Replaces references such as `{{tasks.1.result}}` in the prompt by what earlier tasks gave; `{{{{` stands for two braces.',
  ),
  on_too_long: oneOf(
    ['refuse', 'truncate'],
    'A prompt with more tokens than are allowed: refuse it (the default), or leave out its end and say so.',
  ),
  retry_context: oneOf(
    ['summary', 'resume', 'none'],
    'What an attempt receives after one that timed out, was silent, crashed or gave no result: a summary of its work (the default), its conversation if it can be resumed, or nothing.',
  ),
  on_output_limit: oneOf(
    ['fail', 'retry_shorter'],
    "An answer that reaches the model's limit of output tokens: fail (the default), or ask again for a shorter one.",
  ),
  amend_prompt: flag(
    'A fresh agent rewrites the prompt first, so that it can be done without questions; the original is kept.',
  ),
  amendment_agent: helperAgent('amendment').describe(
    'The agent that rewrites the prompt (`amend_prompt`); default: claude. A name, or an object with `agent`, `model`, `model_url`, `acp` and `pass_env`.',
  ),
  profile: oneOf(
    PROFILES,
    'A set of defaults for options. cc_executor: the defaults of cc_executor (amend_prompt, on_too_long "truncate", on_output_limit "retry_shorter", timeout "auto", 2 retries, uuid).',
  ),
  json: oneOf(
    JSON_PRESETS,
    'A ready schema in place of `json_schema`. report: `result`, `files_created`, `files_modified` and `summary`.',
  ),
  json_mode: flag('The answer has to be JSON; it is in `json`, beside `result`.'),
  json_schema: z
    .record(z.string(), z.unknown(), 'must be a JSON schema, as an object')
    .refine((schema) => !isDeeperThan(schema, LIMITS.schemaLevels), {
      error: `must be nested at most ${String(LIMITS.schemaLevels)} levels deep`,
      abort: true,
    })
    .refine((schema) => byteLength(JSON.stringify(schema)) <= LIMITS.schemaBytes, {
      error: `must have at most ${String(LIMITS.schemaBytes)} bytes of JSON`,
    })
    .optional()
    .describe('The answer must be JSON that matches this schema (draft 7, 2019-09 or 2020-12, the default).'),
  uuid: flag(
    'Requests a new UUID in the answer, as its last line, or in JSON as the last field, `execution_uuid`; `uuid_proof` says whether it is there.',
  ),
  require_uuid: flag('The same, and the task fails without the right one.'),
  validation_prompt: textOf(
    'A fresh agent gets this, with the answer in place of `{response}`, and judges it.',
    LIMITS.promptBytes,
  )
    .refine((text) => text.includes('{response}'), 'must have {response} where the answer belongs')
    .optional(),
  validation_agent: helperAgent('validation').describe(
    'The agent that judges the answer (`validation_prompt`), such as another one than that of the task; default: claude. The same form as `amendment_agent`.',
  ),
  fix_agent: helperAgent('fix').describe(
    'The agent that fixes what checks found (`on_check_failure` "fix"), with the task\'s permissions; default: claude. The same form as `amendment_agent`; it needs tools.',
  ),
  review_agent: helperAgent('review').describe(
    'The agent that reviews the changes of the task, where the server has that done; default: claude. The same form as `amendment_agent`; it needs tools.',
  ),
  on_invalid: oneOf(
    ['warn', 'fail', 'retry'],
    'An answer that is judged invalid: warn (the default), fail, or try again as `retries` says (default then: 1).',
  ),
  permission_mode: oneOf(
    ['dontAsk', 'acceptEdits', 'plan', 'bypassPermissions'],
    'The actions that need no approval; nobody can approve others. dontAsk (the default): those that `allowed_tools` lists; acceptEdits: file edits too; plan: none that changes anything; bypassPermissions: all, and never as root.',
  ),
  allowed_tools: listOf(
    tool,
    'The tools that need no approval; default: reading, commands, and edits below the workspace and the extra directories.',
  ),
  disallowed_tools: listOf(tool, 'What may not be used, whatever else allows it.'),
  on_denied: oneOf(
    ['warn', 'fail'],
    'A tool that was denied: warn (the default), or fail even when the agent says that it is done.',
  ),
  on_background: oneOf(
    ['wait', 'end', 'fail'],
    'A command that the agent put into the background and that still runs when it is done: wait for it, with a bound (the default), end it, or fail. What Claude Code itself moved there, and sub-agents, are always waited for.',
  ),
  on_overage: oneOf(
    ['use', 'wait', 'pause'],
    "Paid extra usage, once the plan's own limit is reached: use it (the default), with a warning; wait until the limit resets; or pause the execution.",
  ),
  max_turns: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(LIMITS.turns, `must be at most ${String(LIMITS.turns)}`)
    .optional()
    .describe('The maximum number of turns of the conversation.'),
  max_budget_usd: z
    .number('must be a number of US dollars')
    .positive('must be more than 0')
    .optional()
    .describe('The agent ends when its estimate of the cost exceeds this; checked after each answer.'),
  mcp_servers: McpServers.optional().describe('MCP servers, by name; never on a command line.'),
  trust_workspace: flag(
    "Lets the workspace's settings, hooks, permissions and MCP servers count. Without it only its memory files (CLAUDE.md, .claude/rules) do: one task could plant the rest for the next.",
  ),
  workspace_memory: flag(
    "Whether the workspace's memory files (CLAUDE.md, .claude/rules) are read: yes by default. Earlier tasks may have written them; false keeps their text out. Can't be false with trust_workspace.",
  ),
  ...environmentOptions,
  extra_dirs: listOf(
    z
      .string('must be a string')
      .regex(/^\/[^\0]*$/, 'must be an absolute path')
      .max(4096, 'must have at most 4096 characters'),
    'Directories beside the workspace, by absolute path, that the agent may read and edit.',
  ),
} as const;

/** The given options of a prompt. */
export const PromptOptions = z.strictObject(promptOptions);
export type PromptOptions = z.output<typeof PromptOptions>;

export const PROMPT_OPTION_NAMES = Object.keys(promptOptions) as (keyof PromptOptions)[];

/** Options that are fine one by one, and not together. */
export interface Conflict {
  path: (string | number)[];
  message: string;
  /** The option that it conflicts with; null: it needs one that is not there. */
  other: string | null;
}

type Options = PromptOptions & { retries?: number | undefined };

/** Returns the conflicts between options that are valid one by one. Some may be missing, or have a reported wrong type. */
export function conflictsOf(options: Options): Conflict[] {
  const { json, json_mode, json_schema, uuid, require_uuid, validation_prompt, on_invalid, retries } =
    options;
  const { permission_mode, allowed_tools, disallowed_tools } = options;
  const conflicts: Conflict[] = [];
  const conflict = (name: keyof PromptOptions, other: keyof Options | null, message: string) =>
    conflicts.push({ path: [name], message, other });
  if (json !== undefined && json_schema !== undefined)
    conflict('json', 'json_schema', 'names a schema, and json_schema has one: give one of them');
  if (json !== undefined && json_mode === false)
    conflict('json_mode', 'json', 'is false, but json asks for JSON');
  if (json_schema !== undefined && json_mode === false)
    conflict('json_mode', 'json_schema', 'is false, but json_schema asks for JSON');
  if (require_uuid === true && uuid === false)
    conflict('uuid', 'require_uuid', 'is false, but require_uuid asks for it');
  if ((uuid === true || require_uuid === true) && !mayBeObject(json_schema))
    conflict(
      uuid === true ? 'uuid' : 'require_uuid',
      'json_schema',
      'needs a json_schema of an object: the UUID is a field of the answer',
    );
  if (options.workspace_memory === false && options.trust_workspace === true)
    conflict('workspace_memory', 'trust_workspace', 'is false, but trust_workspace has it read');
  if (on_invalid !== undefined && validation_prompt === undefined)
    conflict('on_invalid', null, 'needs a validation_prompt');
  if (options.validation_agent !== undefined && validation_prompt === undefined)
    conflict('validation_agent', null, 'needs a validation_prompt');
  if (on_invalid === 'retry' && retries === 0)
    conflict('on_invalid', 'retries', 'is "retry", but retries is 0');
  if (permission_mode === 'plan' && allowed_tools !== undefined)
    conflict('allowed_tools', 'permission_mode', 'means nothing with permission_mode "plan"');
  if (Array.isArray(allowed_tools) && Array.isArray(disallowed_tools))
    for (const [index, name] of allowed_tools.entries())
      if (disallowed_tools.includes(name))
        conflicts.push({
          path: ['allowed_tools', index],
          message: `${echo(JSON.stringify(name))} is disallowed too`,
          other: 'disallowed_tools',
        });
  return conflicts;
}

/** Returns whether a value of the schema can be an object, by its own type. */
function mayBeObject(schema: unknown): boolean {
  const { type } = (schema ?? {}) as { type?: unknown };
  return type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));
}
