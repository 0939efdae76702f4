import type { OutcomeCode, PromptOptions } from '@cc-executor/contracts';

/** A call, as the process that makes it receives it. */
export interface CallSpec {
  serverName: string;
  server: NonNullable<PromptOptions['mcp_servers']>[string];
  tool: string;
  arguments: Record<string, unknown>;
  /** The largest message of the server, in bytes. */
  mostBytes: number;
  /** How long the server has for its first answer, in seconds. */
  startSeconds: number;
  /** The socket at which the input and output of a server are that was started elsewhere; absent: it is started or called. */
  socket?: string;
  /** The address of the proxy for all its requests; absent: that of the environment. */
  proxy?: string;
}

/** How a call ended. */
export interface CallEnd {
  outcome: Extract<
    OutcomeCode,
    | 'completed'
    | 'mcp_failed'
    | 'tool_not_found'
    | 'invalid_arguments'
    | 'tool_failed'
    | 'invalid_output'
    | 'answer_too_large'
  >;
  /** The error and its remedy; null: none. */
  message: string | null;
  /** The structured content of the answer; null: it has none. */
  json: unknown;
  /** The server's name and version; null: it did not say. */
  version: string | null;
}
