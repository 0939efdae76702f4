import type { OutcomeCode, Usage } from '@cc-executor/contracts';
import type { AgentEvent } from '../../agent.ts';

/** The variable in which the process that talks to Codex finds the number of the descriptor with its spec. */
export const SPEC_DESCRIPTOR = 'CC_EXECUTOR_CODEX_DESCRIPTOR';

/** What Codex has to do, as the process that talks to it receives it. */
export interface CodexSpec {
  program: string;
  /** Where this Codex keeps its files; it is created. */
  home: string;
  /** The file with the user's login, to which that home leads; null: none. */
  login: string | null;
  /** The parameters of a new or a resumed thread, by the names of Codex; they may have the key. */
  thread: Readonly<Record<string, unknown>>;
  /** What its turn may do, by the names of Codex. */
  sandbox: Readonly<Record<string, unknown>>;
  /** The file that has the id of the thread: it is written when there is something to resume. */
  threadFile: string;
  /** True: the thread of that file is resumed. */
  isResumed: boolean;
  prompt: string;
  /** The schema that is given to the model itself; null: none. */
  outputSchema: Readonly<Record<string, unknown>> | null;
  /** null: any text is accepted; else the answer has to be JSON, by the schema if there is one. */
  json: { schema: Record<string, unknown> | null } | null;
  /** Whether the attempt fails if Codex was denied something. */
  failsOnDenial: boolean;
}

/** What is known of an attempt before its end, and stays true if it has none. */
export interface Known {
  version?: string;
  model?: string;
  /** Of this turn. */
  usage?: Usage;
  /** The model has produced something in this turn. */
  hasContent?: true;
}

/** What the process reports while Codex works. */
export interface News {
  event?: AgentEvent;
  known?: Known;
}

/** How a turn of Codex ended. */
export interface CodexEnd {
  outcome: OutcomeCode;
  /** What went wrong and what to do; null: nothing did. */
  message: string | null;
  /** null: there is none. */
  result: string | null;
  json: unknown;
  /** How the JSON had to be repaired; null: not at all. */
  mended: string | null;
  /** When a limit resets; RFC 3339. */
  resets_at: string | null;
  /** What was denied; at most 20. */
  denials: { tool: string; what: string }[];
}
