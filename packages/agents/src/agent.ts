import type { AgentName, AttemptEnd, NewEvent, PromptOptions } from '@cc-executor/contracts';
import type { AttemptContainer } from './launch/launch.ts';

/** One attempt at a task, as its agent receives it. */
export interface AgentTask {
  executionId: string;
  /** From 1. */
  task: number;
  /** From 1. */
  attempt: number;
  /** The prompt or the command, byte for byte. */
  text: string;
  /** The options of a prompt. */
  options: PromptOptions;
  /** The absolute path of the working directory, which exists. */
  cwd: string;
  /** The conversation to use: a new one with a unique id, or one to resume; null if the agent has no conversations. */
  session: { id: string; resumed: boolean } | null;
  /** Environment variables of this attempt only. */
  variables: Readonly<Record<string, string>>;
  /** The container that it runs in; absent: it runs as a process of the worker. */
  box?: AttemptContainer;
}

type Reported = Extract<
  NewEvent,
  { type: `agent.${string}` | 'task.process' | 'task.container' | 'task.warning' }
>;
/** A report of a running agent: a type and its data. */
export type AgentEvent = Reported extends infer E
  ? E extends Reported
    ? Pick<E, 'type' | 'data'>
    : never
  : never;

/** The result of a call of the sink: while a returned promise is pending, the agent's output is not read. */
export type Pause = Promise<void> | undefined;

/** The input of an agent, as it is sent. */
export interface AgentInput {
  /** Byte for byte: the task's text, or the request to continue when a conversation is resumed. */
  text: string;
  /** The text that is appended to the agent's own system prompt; null: nothing. */
  systemPrompt: string | null;
}

/** Receives what an agent does. The agent awaits the returned promises, so a slow log applies backpressure to the process. */
export interface AgentSink {
  /** Called once, when the agent starts; not called if it cannot start. */
  given(given: AgentInput): void;
  event(event: AgentEvent): Pause;
  /** Output of the process; for a prompt, the text of the answer as `stdout`. */
  output(stream: 'stdout' | 'stderr', chunk: Buffer): Pause;
  /** Reports activity that has no event, such as a part of a long tool call that is still being generated. */
  alive(): void;
  /** One whole message of the agent as a line of JSON, for the transcript on disk. */
  message(json: string): Pause;
  /** Reports that the model has answered, where something outside of the agent has seen it. */
  answered?(): void;
}

/** Why an attempt is ended from outside; it becomes the outcome. */
export type StopCause = 'cancelled' | 'timed_out' | 'silent' | 'temp_full' | 'drained' | 'paused';

/** How an attempt ended, as far as the agent knows it. */
export type AgentEnd = Omit<
  AttemptEnd,
  'execution_time' | 'stdout_bytes' | 'stderr_bytes' | 'result_truncated' | 'receipt' | 'warnings'
>;

/** A running attempt. */
export interface AgentRun {
  /** Resolves when the attempt has ended and no process of it is left. Never rejects. */
  readonly ended: Promise<AgentEnd>;
  /** Ends the attempt: SIGTERM, then SIGKILL. The first cause wins; later calls have no effect. */
  stop(cause: StopCause): void;
  /** Suspends all processes of the attempt until it is resumed or stopped. */
  pause(): void;
  resume(): void;
}

/** Runs tasks. Each start is a new process with a new context. */
export interface Agent {
  readonly name: AgentName;
  /** Returns whether this worker can resume a conversation of an execution; null if the agent has no conversations. */
  readonly canResume: ((executionId: string, sessionId: string) => Promise<boolean>) | null;
  start(task: AgentTask, sink: AgentSink): AgentRun;
}

/** Returns an attempt that ended before it started. */
export function endedRun(end: AgentEnd): AgentRun {
  const nothing = () => undefined;
  return { ended: Promise.resolve(end), stop: nothing, pause: nothing, resume: nothing };
}

/** Returns the end of an attempt of which only the outcome is known. */
export function bareEnd(outcome: AgentEnd['outcome'], message: string | null): AgentEnd {
  return {
    outcome,
    message,
    exit_code: null,
    signal: null,
    result: null,
    resets_at: null,
    session_id: null,
    model: null,
    agent_version: null,
    turns: null,
    cost_usd: null,
    usage: null,
    json: null,
    validation: null,
    uuid_proof: null,
    findings: [],
    checks: [],
    fixes: [],
  };
}
