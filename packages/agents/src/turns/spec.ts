import type { OutcomeCode, PromptOptions, Usage } from '@cc-executor/contracts';
import type { AgentEvent, Pause } from '../agent.ts';

/** One turn of an agent that is its own program, as the process that talks to it receives it. */
export interface TurnSpec {
  /** The program of the agent. */
  program: string;
  /** The file that has the id of its conversation: it is written when there is something to resume. */
  conversationFile: string;
  /** True: the conversation of that file is resumed. */
  isResumed: boolean;
  prompt: string;
  /** null: any text is accepted; else the answer has to be JSON, by the schema if there is one. */
  json: { schema: Record<string, unknown> | null } | null;
  /** Whether the attempt fails if the agent was denied something. */
  failsOnDenial: boolean;
}

/** Facts of an attempt that are known before its end, and remain valid if it has none. */
export interface TurnFacts {
  version?: string;
  model?: string;
  /** Of this turn. */
  usage?: Usage;
  /** Of this turn, in US dollars, as the agent reports it. */
  cost?: number;
  /** The model has produced something in this turn. */
  hasContent?: true;
}

/** A report of the process while the agent works. */
export interface ProcessReport {
  event?: AgentEvent;
  known?: TurnFacts;
}

/** How a turn ended. */
export interface TurnEnd {
  outcome: OutcomeCode;
  /** The error and its remedy; null: none. */
  message: string | null;
  /** null: there is none. */
  result: string | null;
  json: unknown;
  /** How the JSON had to be repaired; null: not at all. */
  mended: string | null;
  /** When a limit resets; RFC 3339. */
  resets_at: string | null;
  /** The denied calls; at most 20. */
  denials: { tool: string; what: string }[];
}

/** The environment of an agent, and the receivers of its messages. */
export interface TurnOptions {
  /** The environment of the agent and of what it starts. */
  env: Readonly<Record<string, string>>;
  onNews: (news: ProcessReport) => void;
  /** Called with each part of its texts. */
  onText: (text: string) => void;
  /** Called with each message, as it came. */
  onMessage: (message: object) => void;
  /** Called at every other sign of life. */
  onLife: () => void;
  /** Returns what has to be waited for before more is reported. */
  drained: () => Pause;
}

/** Returns what an answer has to be, by the options of its task. */
export function jsonOf({ json_schema: schema, json_mode }: PromptOptions): TurnSpec['json'] {
  return schema !== undefined || json_mode === true ? { schema: schema ?? null } : null;
}
