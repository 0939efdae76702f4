import type { PromptOptions } from '@cc-executor/contracts';
import type { TurnSpec } from '../../turns/spec.ts';

/** The permissions of the agent: reading only, the usual work of a task, or everything. */
export type PermissionLevel = 'plan' | 'work' | 'all';

/** The job of an agent of the protocol, as its connecting process receives it. */
export interface AcpSpec extends TurnSpec {
  args: readonly string[];
  /** The variables that its entry adds to the environment. */
  env: Readonly<Record<string, string>>;
  /** The workspace. */
  cwd: string;
  /** Directories beside it, by absolute path. */
  extraDirs: readonly string[];
  leave: PermissionLevel;
  /** Whether it is offered to read and write files through this process. */
  files: boolean;
  /** null: the agent's own. */
  model: string | null;
  servers: NonNullable<PromptOptions['mcp_servers']>;
  /** Text that follows the prompt in its own block: the protocol has no system prompt. null: none. */
  instructions: string | null;
  /** How long the agent has for its first answer, in milliseconds. */
  startMs: number;
  /** The socket at which the input and output of an agent are that runs in a container; absent: it is started. */
  socket?: string;
  /** True: a session is opened, and nothing is asked. */
  isProbe: boolean;
}
