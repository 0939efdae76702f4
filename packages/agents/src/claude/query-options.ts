import type { Options, SettingSource } from '@anthropic-ai/claude-agent-sdk';
import type { PromptOptions } from '@cc-executor/contracts';
import type { AgentTask } from '../agent.ts';
import { inTheWorkspace } from './in-the-workspace.ts';
import type { AnswerForm } from './final-answer.ts';

/**
 * No settings files: those of a workspace can run hooks, set the API's address and widen permissions without any
 * question, and a user's own make the same task behave differently elsewhere. Logins are still read.
 */
export const SETTING_SOURCES: SettingSource[] = [];
/** For a trusted workspace; never the user's own settings. */
const TRUSTED_SOURCES: SettingSource[] = ['project', 'local'];

/** Tools that change nothing. */
const READING_TOOLS = ['Read', 'Glob', 'Grep'];
/** These schedule work for later, when the attempt has ended. */
const LATER_TOOLS = ['ScheduleWakeup', 'CronCreate', 'CronDelete', 'CronList'];
/** These move the work to where the next task and the evidence do not see it. */
const ELSEWHERE_TOOLS = ['EnterWorktree', 'ExitWorktree'];
const REMOVED_TOOLS = [...LATER_TOOLS, ...ELSEWHERE_TOOLS];

/** Returns the options with which one attempt runs Claude Code, without the process itself. */
export function queryOptions(
  { cwd, options, session }: Pick<AgentTask, 'cwd' | 'options' | 'session'>,
  { json, uuid }: Pick<AnswerForm, 'json' | 'uuid'>,
): Options {
  const { permission_mode = 'dontAsk', trust_workspace = false, extra_dirs = [] } = options;
  const readsMemory = options.workspace_memory ?? true;
  const append = addedSystemPrompt({ options }, { json, uuid });
  return {
    cwd,
    ...(session && (session.resumed ? { resume: session.id } : { sessionId: session.id })),
    systemPrompt: {
      type: 'preset',
      preset: 'claude_code',
      ...(append === null ? {} : { append }),
    },
    // The prompt byte for byte: no slash commands, no @file.
    verbatimPrompts: true,
    settingSources: trust_workspace ? TRUSTED_SOURCES : SETTING_SOURCES,
    strictMcpConfig: !trust_workspace,
    // Its CLAUDE.md and its rules are loaded as an additional directory's: memory without settings.
    additionalDirectories: trust_workspace || !readsMemory ? extra_dirs : [cwd, ...extra_dirs],
    permissionMode: permission_mode,
    allowDangerouslySkipPermissions: permission_mode === 'bypassPermissions',
    allowedTools: options.allowed_tools ?? allowedByDefault(options),
    hooks: { PreToolUse: [{ matcher: 'Task|Agent', hooks: [inTheWorkspace] }] },
    disallowedTools: [...REMOVED_TOOLS, ...(options.disallowed_tools ?? [])],
    includePartialMessages: true,
    // What sub-agents say and think, as their tool calls are reported anyway.
    forwardSubagentText: true,
    // Not sent if there can be none.
    includeHookEvents: trust_workspace,
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.max_turns === undefined ? {} : { maxTurns: options.max_turns }),
    ...(options.max_budget_usd === undefined ? {} : { maxBudgetUsd: options.max_budget_usd }),
    ...(json?.outputFormat ? { outputFormat: json.outputFormat } : {}),
    // Never on the command line: everyone on the machine can read that, and these may contain secrets.
    ...(options.mcp_servers === undefined
      ? {}
      : { mcpServers: serversOf(options.mcp_servers), mcpServersDelivery: 'initialize' as const }),
  };
}

/** Returns the text appended to Claude Code's system prompt: the task's own, and the instructions for the form of the answer. */
export function addedSystemPrompt(
  { options }: Pick<AgentTask, 'options'>,
  { json, uuid }: Pick<AnswerForm, 'json' | 'uuid'>,
): string | null {
  const added = [options.append_system_prompt, json ? json.instruction : uuid?.forText];
  return added.filter((text) => text !== undefined && text !== null).join('\n\n') || null;
}

/** Returns the tools that need no permission: reading, commands, edits below the directories, and the task's MCP servers. */
function allowedByDefault({ permission_mode, extra_dirs = [], mcp_servers = {} }: PromptOptions): string[] {
  if (permission_mode === 'plan') return READING_TOOLS;
  const edits = ['./**', ...extra_dirs.map((path) => `/${literal(path)}/**`)].map(
    (pattern) => `Edit(${pattern})`,
  );
  return [...READING_TOOLS, 'Bash', ...edits, ...Object.keys(mcp_servers).map((name) => `mcp__${name}`)];
}

/** Returns a path as a pattern: permission rules have the syntax of .gitignore. */
function literal(path: string): string {
  // A question mark matches itself, and cannot be escaped.
  return path.replace(/[\\*[\]]/g, '\\$&').replace(/(?<!\/)\/+$/, '');
}

function serversOf(servers: NonNullable<PromptOptions['mcp_servers']>): NonNullable<Options['mcpServers']> {
  const entries = Object.entries(servers).map(([name, { type = 'stdio', ...server }]) => [
    name,
    { type, ...server },
  ]);
  return Object.fromEntries(entries) as NonNullable<Options['mcpServers']>;
}
