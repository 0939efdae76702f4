import type {
  AgentCapabilities,
  NewSessionResponse,
  SessionUpdate,
  ToolKind,
} from '@agentclientprotocol/sdk';

/** The steps of an agent's turn, in order. */
export type AcpStep =
  | { update: SessionUpdate }
  | { say: string }
  /** It requests permission for a tool call, says which answer it got, and ends the call. */
  | { ask: { kind: ToolKind; title?: string; path?: string; options?: string[] } }
  | { read: { path: string; line?: number; limit?: number } }
  | { write: { path: string; content: string } }
  /** It runs a command through its client, and says its output and how it ended. */
  | { run: { command: string; args?: string[]; cwd?: string; kill?: true; outputByteLimit?: number } }
  /** It sends its client a request, and says the answer. */
  | { request: { method: string; params: object } }
  /** It writes this to its stdout as it is. */
  | { print: string }
  | { wait: number }
  | { die: number }
  | { fail: { code: number; message: string; data?: unknown } }
  | { stop: string; meta?: Record<string, unknown> };

/** A small agent of the Agent Client Protocol, for one test. */
export interface AcpScript {
  /** Default: 1. */
  protocol?: number;
  capabilities?: AgentCapabilities;
  /** The fields of a session besides its id. */
  session?: Partial<NewSessionResponse> & Record<string, unknown>;
  /** The error response to `session/new`. */
  refuses?: { code: number; message: string };
  /** The error response to loading or resuming a session. */
  refusesOld?: { code: number; message: string };
  /** A method that is never answered. */
  silent?: string;
  /** Its output before the first message. */
  greeting?: string;
  /** It does not end when its stdin does. */
  stays?: true;
  /** Default: it says that it is done. */
  steps?: AcpStep[];
  /** Its steps in a resumed session. */
  resumed?: AcpStep[];
}
