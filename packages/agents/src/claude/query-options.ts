import type { Options, SettingSource } from '@anthropic-ai/claude-agent-sdk';
import type { PromptOptions } from '@cc-executor/contracts';
import type { AgentTask } from '../agent.ts';
import { inTheWorkspace } from './in-the-workspace.ts';
import type { Asked } from './final-answer.ts';

/**
 * No settings files: those of a workspace can run hooks, set the API's address and widen permissions without any
 * question, and a user's own make the same task behave differently elsewhere. Logins are read all the same.
 */
export const SETTING_SOURCES: SettingSource[] = [];
/** For a workspace that is trusted; never the user's own. */
const TRUSTED_SOURCES: SettingSource[] = ['project', 'local'];

/** They change nothing. */
const READING_TOOLS = ['Read', 'Glob', 'Grep'];
/** These promise to go on later, when the attempt has long ended. */
const LATER_TOOLS = ['ScheduleWakeup', 'CronCreate', 'CronDelete', 'CronList'];
/** These move the work to where the next task and the evidence do not look. */
const ELSEWHERE_TOOLS = ['EnterWorktree', 'ExitWorktree'];
const REMOVED_TOOLS = [...LATER_TOOLS, ...ELSEWHERE_TOOLS];

/** How one attempt runs Claude Code; the process itself is not in here. */
export function queryOptions(
  { cwd, options, session }: Pick<AgentTask, 'cwd' | 'options' | 'session'>,
  { json, uuid }: Pick<Asked, 'json' | 'uuid'>,
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
    // Where there can be none, nothing is sent.
    includeHookEvents: trust_workspace,
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.max_turns === undefined ? {} : { maxTurns: options.max_turns }),
    ...(options.max_budget_usd === undefined ? {} : { maxBudgetUsd: options.max_budget_usd }),
    ...(json?.outputFormat ? { outputFormat: json.outputFormat } : {}),
    // Never on the command line: everybody on the machine can read that, and these can have secrets in them.
    ...(options.mcp_servers === undefined
      ? {}
      : { mcpServers: serversOf(options.mcp_servers), mcpServersDelivery: 'initialize' as const }),
  };
}

/** What is added to Claude Code's own system prompt: what the task asks for, and what makes its answer one to be read. */
export function addedSystemPrompt(
  { options }: Pick<AgentTask, 'options'>,
  { json, uuid }: Pick<Asked, 'json' | 'uuid'>,
): string | null {
  const added = [options.append_system_prompt, json ? json.instruction : uuid?.forText];
  return added.filter((text) => text !== undefined && text !== null).join('\n\n') || null;
}

/** What needs no asking: reading, commands, edits below the directories, and the MCP servers that were asked for. */
function allowedByDefault({ permission_mode, extra_dirs = [], mcp_servers = {} }: PromptOptions): string[] {
  if (permission_mode === 'plan') return READING_TOOLS;
  const edits = ['./**', ...extra_dirs.map((path) => `/${literal(path)}/**`)].map(
    (pattern) => `Edit(${pattern})`,
  );
  return [...READING_TOOLS, 'Bash', ...edits, ...Object.keys(mcp_servers).map((name) => `mcp__${name}`)];
}

/** A path as a pattern: rules of permissions are read as .gitignore is. */
function literal(path: string): string {
  // A question mark fits itself, and can't be escaped.
  return path.replace(/[\\*[\]]/g, '\\$&').replace(/(?<!\/)\/+$/, '');
}

function serversOf(servers: NonNullable<PromptOptions['mcp_servers']>): NonNullable<Options['mcpServers']> {
  const entries = Object.entries(servers).map(([name, { type = 'stdio', ...server }]) => [
    name,
    { type, ...server },
  ]);
  return Object.fromEntries(entries) as NonNullable<Options['mcpServers']>;
}
