import type { EventType, ExecuteRequest, OutcomeCode } from '@cc-executor/contracts';
import type { ExecutionState } from '@cc-executor/executions';
import type { Script } from '@cc-executor/testkit';
import type { RunPorts } from '../../src/ports.ts';

/** A stored event, as far as scenarios look at it. */
export interface Event {
  type: EventType;
  data: Record<string, unknown>;
}

/** A scenario that is being played. */
export interface Playing {
  executionId: string;
  ports: RunPorts;
  /** The user's home directory, and where the worker keeps what it writes down. */
  home: string;
  dataDirectory: string;
  /** Makes the execution's workspace, as the worker does before an attempt, and gives its path. */
  workspace: () => Promise<string>;
  /** All events so far. */
  events: () => Promise<Event[]>;
  /** Resolves with the first event of a type. */
  first: (type: EventType) => Promise<Event>;
}

/** Something that is done to a scenario while it is played. */
export type Deed = (playing: Playing) => Promise<void>;
/** Looks whether all is so as it must be at the end, and throws when it is not. */
export type Check = (state: ExecutionState, playing: Playing) => void | Promise<void>;

/** One way in which a task can go, and what must be told of it. */
export interface Scenario {
  /** What happens, in words for the reference page. */
  what: string;
  outcome: OutcomeCode;
  /** What becomes of the execution; default: what the outcome says where there is no retry. */
  status?: 'waiting';
  /** A part of the message that people get. */
  says?: string;
  /** What is told else, where which of both happens is up to Claude Code. */
  or?: { outcome: OutcomeCode; says: string };
  /** Whether the program says which version it is; default: whether there is a conversation with it. */
  knowsVersion?: boolean;
  /** How often the agent repeats its request by itself. */
  retries?: number;
  /** What the model answers, made anew for each play; default: it says that it is done. */
  model?: () => Script;
  /** Tasks before it; default: none. */
  earlier?: ExecuteRequest['tasks'];
  /** The task; default: a prompt. */
  task?: ExecuteRequest['tasks'][number];
  /** More of the worker's environment; an empty value takes a variable away. */
  env?: Readonly<Record<string, string>>;
  /** A shell script in place of Claude Code; the real one is "$CLAUDE". */
  program?: string;
  /** Returns what is started in place of Codex; null: none is installed. Default: the real one. */
  codex?: (real: string, home: string) => string | null;
  /** Settings of the worker, in seconds or bytes. */
  settings?: Partial<
    Record<
      | 'taskTimeout'
      | 'silenceTimeout'
      | 'pauseHold'
      | 'tempBytes'
      | 'requestTimeout'
      | 'backgroundWait'
      | 'acpStart',
      number
    >
  >;
  /** Whether this machine can play it; default: every one can. */
  possible?: () => boolean;
  /** What is done before it begins. */
  before?: Deed;
  /** What is done to it while it runs. */
  meanwhile?: Deed;
  /** What else must be so at the end. */
  also?: Check;
}

/** Scenarios of one kind, under the heading that they have on the reference page. */
export interface ScenarioGroup {
  title: string;
  scenarios: readonly Scenario[];
}
