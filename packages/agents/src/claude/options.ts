import type { Launch } from '../launch/launch.ts';

/** How Claude Code is reached on this machine. */
export interface ClaudeOptions {
  launch: Launch;
  /** The worker's environment; only what the agent needs of it is handed on. */
  baseEnv: Readonly<Record<string, string>>;
  /** Path of the user's own Claude Code; null: the one that came with the project. */
  claudeExecutable: string | null;
  /**
   * Where Claude Code keeps what it writes down for an execution, as an absolute path; null: where it does by itself,
   * beside the login. With a key or a token each execution has its own: they would corrupt each other's.
   */
  configDirectory: ((executionId: string) => string) | null;
  /** How long Claude Code waits for the beginning of an answer of the model, in milliseconds. */
  requestTimeoutMs: number;
  /** How long what the agent put into the background itself is waited for at the end, in milliseconds. */
  backgroundWaitMs: number;
  /** How long processes have between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
}
