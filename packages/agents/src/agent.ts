import type { AgentName, AttemptEnd, NewEvent, PromptOptions } from '@cc-executor/contracts';

/** One attempt at a task, as an agent gets it. */
export interface AgentTask {
  executionId: string;
  /** From 1. */
  task: number;
  /** From 1. */
  attempt: number;
  /** The prompt or the command, byte for byte. */
  text: string;
  /** What a prompt asks for beside its text. */
  options: PromptOptions;
  /** Absolute path of the directory to work in; it exists. */
  cwd: string;
  /** Its conversation: new, under an id that no other has, or one to go on with; null for an agent without. */
  session: { id: string; resumed: boolean } | null;
  /** Variables of this attempt alone, for its environment. */
  variables: Readonly<Record<string, string>>;
}

type Reported = Extract<NewEvent, { type: `agent.${string}` | 'task.process' | 'task.warning' }>;
/** What an agent reports while it runs: a type and its data. */
export type AgentEvent = Reported extends infer E
  ? E extends Reported
    ? Pick<E, 'type' | 'data'>
    : never
  : never;

/** What a call of the sink may return: a promise asks to read no further until it settles. */
export type Pause = Promise<void> | undefined;

/** What an agent is told, as it is sent. */
export interface Given {
  /** Byte for byte: the task's text, or for a conversation that goes on what asks for that. */
  text: string;
  /** What is added to the agent's own system prompt; null: nothing. */
  systemPrompt: string | null;
}

/** Where an agent puts what happens; an agent awaits what is returned, so that a slow log holds the process back. */
export interface AgentSink {
  /** Called once, when the agent begins; never of one that can't. */
  given(given: Given): void;
  event(event: AgentEvent): Pause;
  /** What the process printed; of a prompt: the answer's text, as `stdout`. */
  output(stream: 'stdout' | 'stderr', chunk: Buffer): Pause;
  /** A sign of life that is worth no event, such as a part of a long tool call that is being written. */
  alive(): void;
  /** One whole message of the agent as a line of JSON, for the transcript on disk. */
  message(json: string): Pause;
}

/** Why an attempt is ended from outside; also its outcome. */
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
  /** Ends the attempt, politely first, then by force. The first cause wins; later calls change nothing. */
  stop(cause: StopCause): void;
  /** Stops all processes of the attempt where they are, until it is resumed or stopped. */
  pause(): void;
  resume(): void;
}

/** What runs a task. Each start is a new process with a new context. */
export interface Agent {
  readonly name: AgentName;
  /** Whether a conversation of an execution can be gone on with from here; null for an agent without conversations. */
  readonly canResume: ((executionId: string, sessionId: string) => Promise<boolean>) | null;
  start(task: AgentTask, sink: AgentSink): AgentRun;
}

/** An attempt that has ended before it began. */
export function endedRun(end: AgentEnd): AgentRun {
  const nothing = () => undefined;
  return { ended: Promise.resolve(end), stop: nothing, pause: nothing, resume: nothing };
}

/** An end of which nothing but the outcome is known. */
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
