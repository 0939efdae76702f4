import type { Options, SettingSource } from '@anthropic-ai/claude-agent-sdk';
import type { AgentTask } from '../agent.ts';

/**
 * No settings files: those of a workspace can run hooks, set the API's address and widen permissions without any
 * question, and a user's own make the same task behave differently elsewhere. Logins are read all the same.
 */
export const SETTING_SOURCES: SettingSource[] = [];

/** What needs no asking: reading, commands, and edits below the workspace. What else would ask is refused. */
const ALLOWED_TOOLS = ['Read', 'Glob', 'Grep', 'Bash', 'Edit(./**)'];
/** They promise to go on later, when the attempt has long ended. */
const REMOVED_TOOLS = ['ScheduleWakeup', 'CronCreate', 'CronDelete', 'CronList'];

/** How one attempt runs Claude Code; the process itself is not in here. */
export function queryOptions({
  cwd,
  options,
  session,
}: Pick<AgentTask, 'cwd' | 'options' | 'session'>): Options {
  return {
    cwd,
    ...(session && (session.resumed ? { resume: session.id } : { sessionId: session.id })),
    ...(options.model === undefined ? {} : { model: options.model }),
    systemPrompt: { type: 'preset', preset: 'claude_code' },
    // The prompt byte for byte: no slash commands, no @file.
    verbatimPrompts: true,
    settingSources: SETTING_SOURCES,
    // Its CLAUDE.md is loaded as an additional directory's: memory without settings.
    additionalDirectories: [cwd],
    strictMcpConfig: true,
    permissionMode: 'dontAsk',
    allowedTools: ALLOWED_TOOLS,
    disallowedTools: REMOVED_TOOLS,
    includePartialMessages: true,
  };
}
