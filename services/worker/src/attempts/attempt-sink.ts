import type { AgentEvent, AgentSink, AgentInput, Pause } from '@cc-executor/agents';
import type { Note, Recorder, TaskRecord } from '@cc-executor/executions';
import type { AttemptFiles } from '@cc-executor/executions-files';
import type { AttemptEvidence } from '../evidence/attempt-evidence.ts';
import { OutputText } from './output-text.ts';

export interface AttemptSinkOptions {
  place: { task: number; attempt: number };
  kind: TaskRecord['kind'];
  /** The role of the agent: the task's own, or one that resolves, amends its prompt, or judges, fixes or reviews its work. */
  role: 'agent' | 'amendment' | 'resolution' | 'validation' | 'fixes' | 'review';
  files: AttemptFiles;
  recorder: Pick<Recorder, 'note'>;
  /** Collects the agent's input and its tool calls. */
  evidence: Pick<AttemptEvidence, 'given' | 'hasStarted' | 'toolCalls'>;
  /** Called at every sign of life. */
  onLife: () => void;
  /** Called at each sign that the model has answered. */
  onAnswer: () => void;
  /** True: something outside of the agent sees that, and its events, which a task can write itself, are no sign of it. */
  isWitnessed: boolean;
}

/** Receives what an agent produces: whole outputs go to disk, events to the log. A slow one of them applies backpressure. */
export class AttemptSink implements AgentSink {
  readonly #options: AttemptSinkOptions;
  readonly #text = { stdout: new OutputText(), stderr: new OutputText() };
  readonly #openTools = new Set<string>();

  constructor(options: AttemptSinkOptions) {
    this.#options = options;
  }

  /** True while a tool call has no result: then the agent may be silent. */
  get toolIsOpen(): boolean {
    return this.#openTools.size > 0;
  }

  given(given: AgentInput): void {
    this.#options.evidence.hasStarted = true;
    if (this.#options.role === 'agent') this.#options.evidence.given = given;
  }

  event(event: AgentEvent): Pause {
    const { onLife, onAnswer, isWitnessed } = this.#options;
    onLife();
    if (!isWitnessed && (event.type === 'agent.delta' || event.type === 'agent.tool_use')) onAnswer();
    if (event.type === 'agent.tool_use') this.#openTools.add(event.data.id);
    if (event.type === 'agent.tool_result') this.#openTools.delete(event.data.id);
    if (this.#options.role !== 'agent') return this.#noteBeside(event);
    this.#options.evidence.toolCalls.take(event);
    return this.#note(event);
  }

  output(stream: 'stdout' | 'stderr', chunk: Buffer): Pause {
    const { onLife, kind, files } = this.#options;
    onLife();
    // It is not the task's output: its answer is reported, and its transcript is complete.
    if (this.#options.role !== 'agent') return undefined;
    const written = files.write(stream, chunk);
    // A prompt's answer is in the log as the agent's text.
    if (kind === 'prompt' && stream === 'stdout') return written;
    const pieces = this.#text[stream].write(chunk);
    const noted = pieces.map((data) => this.#note({ type: 'task.output', data: { stream, ...data } }));
    return both(written, noted.at(-1));
  }

  alive(): void {
    this.#options.onLife();
  }

  answered(): void {
    this.#options.onAnswer();
  }

  message(json: string): Pause {
    const { role, files } = this.#options;
    return files.message(json, role === 'agent' ? 'messages.jsonl' : `${role}.jsonl`);
  }

  /** Flushes incomplete characters. */
  async finish(): Promise<void> {
    for (const stream of ['stdout', 'stderr'] as const) {
      for (const data of this.#text[stream].end()) {
        await this.#note({ type: 'task.output', data: { stream, ...data } });
      }
    }
  }

  /** The text of another agent is kept beside the agent's own, and not confused with it. */
  #noteBeside(event: AgentEvent): Pause {
    if (event.type === 'agent.delta') return undefined;
    const kind = `${this.#options.role}/${event.type}`;
    const raw = 'raw' in event.data ? event.data.raw : event.data;
    return this.#note({ type: 'agent.message', data: { kind, raw } });
  }

  #note(event: AgentEvent | Pick<Extract<Note, { type: 'task.output' }>, 'type' | 'data'>): Pause {
    return this.#options.recorder.note({ ...event, ...this.#options.place });
  }
}

function both(a: Pause, b: Pause): Pause {
  return a && b ? Promise.all([a, b]).then(() => undefined) : (a ?? b);
}
