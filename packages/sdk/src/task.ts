import type { PromptOptions, TaskInput } from '@cc-executor/contracts';

type Fields = Exclude<TaskInput, string>;
type OfPrompts = keyof PromptOptions;

/** A task for a fresh agent. */
export type PromptTask = Omit<Fields, 'prompt' | 'command'> & {
  /** What the agent is asked to do; it gets this text byte for byte. */
  prompt: string;
  command?: never;
};

/** A task for the shell. */
export type CommandTask = Omit<Fields, 'prompt' | 'command' | OfPrompts> & {
  /** A command line; the shell gets this text byte for byte. */
  command: string;
  prompt?: never;
} & { [Name in OfPrompts]?: never };

/** A task as a program writes it: a string is a prompt. What comes from elsewhere is the server's to check. */
export type Task = string | PromptTask | CommandTask;
