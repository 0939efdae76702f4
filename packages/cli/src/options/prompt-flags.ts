import type { PromptOptions } from '@cc-executor/contracts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { dollars, whole } from './option-values.ts';

/** The options of a prompt that are flags of the command line; task files have all of them. */
export interface PromptFlags {
  model?: string;
  appendSystemPrompt?: string;
  allowedTools?: string[];
  disallowedTools?: string[];
  permissionMode?: PromptOptions['permission_mode'];
  maxTurns?: number;
  maxBudgetUsd?: number;
  amendPrompt?: boolean;
  jsonMode?: boolean;
  jsonReport?: boolean;
  profile?: PromptOptions['profile'];
  jsonSchema?: Record<string, unknown>;
  uuid?: boolean;
  requireUuid?: boolean;
  validationPrompt?: string;
  onInvalid?: PromptOptions['on_invalid'];
}

const MODES = ['dontAsk', 'acceptEdits', 'plan', 'bypassPermissions'];

/** Adds the flags to a command, with the names of the options in a task file. */
export function addPromptFlags(command: Command): Command {
  return command
    .option('--model <name>', 'for a prompt: the model')
    .option('--append-system-prompt <text>', "for a prompt: what is added to the agent's system prompt")
    .option('--allowed-tools <tools...>', 'for a prompt: tools that are allowed without asking')
    .option('--disallowed-tools <tools...>', 'for a prompt: tools that are denied')
    .addOption(new Option('--permission-mode <mode>', 'for a prompt: the permission mode').choices(MODES))
    .option('--max-turns <n>', 'for a prompt: the maximum number of turns', whole)
    .option('--max-budget-usd <amount>', 'for a prompt: the maximum cost', dollars)
    .option('--amend-prompt', 'for a prompt: a new agent rewrites it first')
    .option('--json-mode', 'for a prompt: the answer must be JSON')
    .option('--json-report', 'for a prompt: the answer has result, files_created, files_modified, summary')
    .option(
      '--json-schema <file>',
      'for a prompt: the answer must be JSON that matches this schema',
      schemaIn,
    )
    .addOption(
      new Option('--profile <name>', 'for a prompt: the defaults of cc_executor').choices(['cc_executor']),
    )
    .option('--uuid', 'for a prompt: the answer must contain a new UUID, as proof that it is new')
    .option('--require-uuid', 'the same, and the task fails without it')
    .option('--validation-prompt <text>', 'for a prompt: a new agent judges the answer, {response}')
    .addOption(
      new Option('--on-invalid <what>', 'what follows a bad verdict').choices(['warn', 'fail', 'retry']),
    );
}

/** Returns the given flags as options of a task. */
export function promptOptionsOf(flags: PromptFlags): Partial<PromptOptions> {
  const options = {
    model: flags.model,
    append_system_prompt: flags.appendSystemPrompt,
    allowed_tools: flags.allowedTools,
    disallowed_tools: flags.disallowedTools,
    permission_mode: flags.permissionMode,
    max_turns: flags.maxTurns,
    max_budget_usd: flags.maxBudgetUsd,
    amend_prompt: flags.amendPrompt,
    json_mode: flags.jsonMode,
    json: flags.jsonReport === true ? ('report' as const) : undefined,
    profile: flags.profile,
    json_schema: flags.jsonSchema,
    uuid: flags.uuid,
    require_uuid: flags.requireUuid,
    validation_prompt: flags.validationPrompt,
    on_invalid: flags.onInvalid,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function schemaIn(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new InvalidArgumentError(`It must be a file with a JSON schema: ${(error as Error).message}`);
  }
}
