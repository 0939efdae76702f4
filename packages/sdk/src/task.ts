import type { PromptOptions, TaskInput, TOOL_OPTION_NAMES } from '@cc-executor/contracts';

type Fields = Exclude<TaskInput, string>;
type What = 'prompt' | 'command' | 'tool';
type OfPrompts = keyof PromptOptions;
type OfTools = (typeof TOOL_OPTION_NAMES)[number];

/** A task for a fresh agent. */
export type PromptTask = Omit<Fields, What> & {
  /** The instruction for the agent, which receives this text byte for byte. */
  prompt: string;
  /** Not with the other two: a task is one of them. */
  command?: never;
  /** Not with the other two: a task is one of them. */
  tool?: never;
};

/** A task for the shell. */
export type CommandTask = Omit<Fields, What | OfPrompts> & {
  /** A command line; the shell gets this text byte for byte. */
  command: string;
  /** Not with the other two: a task is one of them. */
  prompt?: never;
  /** Not with the other two: a task is one of them. */
  tool?: never;
} & { [Name in OfPrompts]?: never };

/** One call of one tool of an MCP server, without an agent. */
export type ToolTask = Omit<Fields, What | Exclude<OfPrompts, OfTools>> & {
  /** The server's name in `mcp_servers`, the tool's name, and its arguments. */
  tool: NonNullable<Fields['tool']>;
  /** Not with the other two: a task is one of them. */
  prompt?: never;
  /** Not with the other two: a task is one of them. */
  command?: never;
} & { [Name in Exclude<OfPrompts, OfTools>]?: never };

/** A task as a program writes it: a string is a prompt. What comes from elsewhere is the server's to check. */
export type Task = string | PromptTask | CommandTask | ToolTask;
