import type { Launch } from '../launch/launch.ts';

/** How Claude Code is run on this machine. */
export interface ClaudeOptions {
  launch: Launch;
  /** The worker's environment; only what the agent needs is passed on. */
  baseEnv: Readonly<Record<string, string>>;
  /** Path of the user's own Claude Code; null: the one that came with the project. */
  claudeExecutable: string | null;
  /** Its path in a container; the program there is not this machine's. */
  boxedExecutable?: string;
  /**
   * The absolute path where Claude Code keeps its files for an execution; null: its default place,
   * beside the login. With a key or a token each execution has its own: they would corrupt each other's files.
   */
  configDirectory: ((executionId: string) => string) | null;
  /** How long Claude Code waits for the first byte of the model's answer, in milliseconds. */
  requestTimeoutMs: number;
  /** How long to wait at the end for what the agent put into the background on purpose, in milliseconds. */
  backgroundWaitMs: number;
  /** How long processes have between SIGTERM and SIGKILL, in milliseconds. */
  graceMs: number;
}
