import { z } from 'zod';
import { ISOLATIONS, type Isolation } from './isolation.ts';

/** The kinds of tasks: text for a model, a command line, or one tool call to an MCP server. */
export const TaskKind = z.enum(['prompt', 'command', 'tool']);
export type TaskKind = z.infer<typeof TaskKind>;

/** Returns what a task is, by the one of these fields that it has; a prompt if it has none. */
export function kindOfTask(task: { [Name in TaskKind]?: unknown }): TaskKind {
  return TaskKind.options.find((name) => task[name] !== undefined) ?? 'prompt';
}

interface AgentTraits {
  /** The kind of task that it runs. */
  runs: TaskKind;
  /** Whether it uses the credential of the installation, so that what others find out about that concerns it. */
  sharesCredential: boolean;
  /** Whether an interrupted attempt can resume its conversation. */
  resumes: boolean;
  /** The kinds of isolation that it supports. */
  isolation: readonly Isolation[];
}

/** Every agent that a task can name. */
export const AGENTS = {
  claude: { runs: 'prompt', sharesCredential: true, resumes: true, isolation: ISOLATIONS },
  codex: { runs: 'prompt', sharesCredential: false, resumes: true, isolation: ISOLATIONS },
  acp: { runs: 'prompt', sharesCredential: false, resumes: true, isolation: ISOLATIONS },
  model: { runs: 'prompt', sharesCredential: false, resumes: false, isolation: ISOLATIONS },
  command: { runs: 'command', sharesCredential: false, resumes: false, isolation: ISOLATIONS },
  tool: { runs: 'tool', sharesCredential: false, resumes: false, isolation: ISOLATIONS },
} as const satisfies Record<string, AgentTraits>;

export type AgentName = keyof typeof AGENTS;
export const AGENT_NAMES = Object.keys(AGENTS) as [AgentName, ...AgentName[]];
export const AgentName = z.enum(AGENT_NAMES, `must be ${listed(AGENT_NAMES)}`);

/** Returns the agents that run tasks of this kind, as a part of a sentence: `"claude"`. */
export function agentsFor(kind: TaskKind): string {
  return listed(AGENT_NAMES.filter((name) => AGENTS[name].runs === kind));
}

/** The agent of a task that names none. */
export const DEFAULT_AGENTS = {
  prompt: 'claude',
  command: 'command',
  tool: 'tool',
} as const satisfies Record<TaskKind, AgentName>;

/** The agent that amends prompts, judges answers, fixes checks and reviews changes, where no other one is named. */
export const HELPER_AGENT: AgentName = 'claude';

function listed(names: readonly AgentName[]): string {
  return names.map((name) => `"${name}"`).join(' or ');
}
