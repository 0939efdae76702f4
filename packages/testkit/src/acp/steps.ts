import type {
  AgentCapabilities,
  NewSessionResponse,
  SessionUpdate,
  ToolKind,
} from '@agentclientprotocol/sdk';

/** What an agent does in a turn, one after the other. */
export type AcpStep =
  | { update: SessionUpdate }
  | { say: string }
  /** It asks for leave to make a call of a tool, says which answer it got, and ends the call. */
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
  /** What a session has beside its id. */
  session?: Partial<NewSessionResponse> & Record<string, unknown>;
  /** What `session/new` is refused with. */
  refuses?: { code: number; message: string };
  /** What a session that is loaded or resumed is refused with. */
  refusesOld?: { code: number; message: string };
  /** A method that is never answered. */
  silent?: string;
  /** What it prints before its first message. */
  greeting?: string;
  /** It does not end when its stdin does. */
  stays?: true;
  /** Default: it says that it is done. */
  steps?: AcpStep[];
  /** What it does instead in a session that it has resumed. */
  resumed?: AcpStep[];
}
