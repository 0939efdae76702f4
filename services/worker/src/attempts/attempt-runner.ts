import { AGENTS, type AgentName, type EventData, type OutcomeCode } from '@cc-executor/contracts';
import { taskAt } from '@cc-executor/contracts/task-numbers';
import {
  bareEnd,
  type AgentEnd,
  type AgentRun,
  type AgentSink,
  type AgentTask,
  type StopCause,
} from '@cc-executor/agents';
import type { ExecutionRecord, Note, Recorder, TaskRecord, TaskState } from '@cc-executor/executions';
import type { AttemptFiles, CheckFile } from '@cc-executor/executions-files';
import type { AttemptLimits } from './attempt-limits.ts';
import { AttemptSink, type AttemptSinkOptions } from './attempt-sink.ts';
import { AttemptWatch, type MeasuredTimes } from './attempt-watch.ts';
import { CheckSink } from './check-sink.ts';
import type { AttemptEvidence } from '../evidence/attempt-evidence.ts';
import type { VariantWork } from '../evidence/tasks-in-copies.ts';
import type { ExecutionHooks } from '../hooks/execution-hooks.ts';
import { LEASED_STATES, type Lease } from '../ownership/leases.ts';
import type { RunPorts } from '../ports.ts';

/** Knows whether agents may start, and hears what those that ran have shown. */
export interface AttemptGate {
  /** True once an attempt of the execution has met what only time or a person ends. */
  readonly isStopping: boolean;
  /** An agent has been answered by its model. */
  answered: (agent: AgentName) => void;
  /** The processes of an attempt have ended. */
  ends: (outcome: OutcomeCode) => void;
}

/** The parts of an attempt that exist before it runs. */
export interface AttemptParts {
  record: ExecutionRecord;
  recorder: Recorder;
  lease: Lease;
  files: AttemptFiles;
  limits: AttemptLimits;
  evidence: AttemptEvidence;
  hooks: ExecutionHooks | null;
  /** Variables of the attempt's place, for its agents. */
  variables: Readonly<Record<string, string>>;
  /** Returns the variants that have completed, of a task that picks one. */
  variants: () => Promise<VariantWork[]>;
  /** Stops its agents when another attempt of the execution has met a limit. */
  gate: Pick<AttemptGate, 'isStopping'>;
  /** Called at each sign that the model has answered one of its agents. */
  onAnswer: (agent: AgentName) => void;
  /** Called with the measured times when the attempt has ended. */
  onLived: (lived: MeasuredTimes) => void;
}

interface Place {
  task: number;
  attempt: number;
}

type RunnerSink = AgentSink & { readonly toolIsOpen: boolean; finish(): Promise<void> };

const HELD_BACK =
  'Another task of the list has met a limit, or its credential was refused: no agent is started until the list continues.';

/** Runs everything that one attempt needs, one after the other, under the limits of the whole attempt. */
export class AttemptRunner {
  readonly task: TaskRecord;
  readonly #ports: RunPorts;
  readonly #parts: AttemptParts;
  readonly #place: Place;
  readonly #watch: AttemptWatch;
  #sink: RunnerSink | undefined;

  constructor(ports: RunPorts, parts: AttemptParts, place: Place, task: TaskRecord) {
    this.task = task;
    this.#ports = ports;
    this.#parts = parts;
    this.#place = place;
    const { pauseHold, tempBytes } = ports;
    const about = { task, pauseHold, tempBytes };
    this.#watch = new AttemptWatch(parts.limits, parts.lease, about, {
      // While nothing runs, as before a hook has answered, silence does not count.
      isBusy: () => this.#sink?.toolIsOpen ?? true,
      onNotice: (seconds) => {
        if (task.kind === 'prompt') this.note(silenceWarning(seconds))?.catch(() => undefined);
      },
      onStandstill: (seconds) => {
        this.note(standstillWarning(seconds, task.kind))?.catch(() => undefined);
      },
      onStalled: (what, seconds) => {
        this.note(stalled(what, seconds))?.catch(() => undefined);
      },
    });
  }

  /** The execution that the attempt belongs to. */
  get record(): ExecutionRecord {
    return this.#parts.record;
  }

  /** The observations of its workspace. */
  get evidence(): AttemptEvidence {
    return this.#parts.evidence;
  }

  /** Null: no hooks apply to the execution. */
  get hooks(): ExecutionHooks | null {
    return this.#parts.hooks;
  }

  get limits(): AttemptLimits {
    return this.#parts.limits;
  }

  /** The size of the largest prompt, in tokens. */
  get maxPromptTokens(): number {
    return this.#ports.maxPromptTokens;
  }

  /** Returns the folders that are searched for programs in containers of an image; null: the attempt runs outside of containers. */
  async searchPath(image: string | null): Promise<string | null> {
    return (await this.#ports.sandbox.containers?.searchPath(image)) ?? null;
  }

  /** Returns true while the execution is paused. */
  readonly isPaused = (): boolean => this.#parts.lease.paused;

  /** The amendment of its prompt by an earlier attempt at the task; null or undefined: there is none. */
  get earlierAmendment(): TaskState['amendment'] | undefined {
    return taskAt(this.#parts.recorder.state.tasks, this.#place.task)?.amendment;
  }

  /** Stores the amendment of its prompt, for this attempt and later ones. */
  async storeAmendment(data: EventData<'task.amended'>): Promise<void> {
    const event = { type: 'task.amended' as const, ...this.#place, data };
    await this.#parts.recorder.commit([event], { from: LEASED_STATES });
  }

  /** Adds an event to the log. While a returned promise is pending, add no more. */
  note<N extends Note>(note: Pick<N, 'type' | 'data'>): Promise<void> | undefined {
    return this.#parts.recorder.note({ ...note, ...this.#place } as N);
  }

  /** `agent`: the one whose output it takes; default: that of the task. */
  sinkFor(role: AttemptSinkOptions['role'], agent = this.task.agent): AttemptSink {
    const { files, recorder, evidence } = this.#parts;
    const onAnswer = () => this.#parts.onAnswer(agent);
    return new AttemptSink({
      place: this.#place,
      kind: this.task.kind,
      role,
      files,
      recorder,
      evidence,
      onLife: this.#alive,
      onAnswer,
      isWitnessed: this.record.isolation === 'container' && AGENTS[agent].sharesCredential,
    });
  }

  sinkForCheck(file: CheckFile): CheckSink {
    return new CheckSink(this.#parts.files, file, this.#alive);
  }

  /** Ends the attempt, because its temporary files exceed their limit. */
  fill(): void {
    this.#watch.fill();
  }

  /** Why the attempt was ended from outside; undefined: it was not. */
  get stopped(): StopCause | undefined {
    return this.#watch.stopped;
  }

  /** How the attempt ends that was ended from outside while none of it ran; undefined: it was not ended, so far. */
  get ended(): AgentEnd | undefined {
    return this.#watch.ended;
  }

  /** Aborts when the attempt is ended from outside. */
  get signal(): AbortSignal {
    return this.#watch.signal;
  }

  /** Runs a task of the attempt to its end; then all its output is handed over. */
  async run(agent: TaskRecord['agent'], task: AgentTask, sink: RunnerSink): Promise<AgentEnd> {
    return await this.over(agent, () => this.start(agent, task, sink), sink);
  }

  /** Starts an agent. Its run has to be passed to `over`. */
  start(agent: AgentName, task: AgentTask, sink: RunnerSink): AgentRun {
    return this.#ports.agents[agent].start(task, sink);
  }

  /** The same for a run that is started in another way. */
  async over(agent: AgentName, start: () => AgentRun, sink: RunnerSink): Promise<AgentEnd> {
    await this.#ports.leases.certain(this.#parts.lease);
    this.#sink = sink;
    const { gate } = this.#parts;
    const isHeldBack = () => AGENTS[agent].runs === 'prompt' && gate.isStopping;
    const end = await this.#watch.over(start, () => (isHeldBack() ? bareEnd('paused', HELD_BACK) : null));
    this.#sink = undefined;
    await sink.finish();
    return end;
  }

  close(): void {
    this.#parts.onLived(this.#watch.lived);
    this.#watch.close();
  }

  readonly #alive = (): void => this.#watch.alive();
}

function silenceWarning(seconds: number): Pick<Extract<Note, { type: 'task.warning' }>, 'type' | 'data'> {
  const message = `The agent has given no sign of life for ${String(seconds)} s: the model may be stuck.`;
  return { type: 'task.warning', data: { code: 'silent', message } };
}

function standstillWarning(
  seconds: number,
  kind: TaskRecord['kind'],
): Pick<Extract<Note, { type: 'task.warning' }>, 'type' | 'data'> {
  const message = `It has been paused for ${String(seconds)} s: a paused ${kind} keeps its process, its memory and its slot until it is resumed or cancelled.`;
  return { type: 'task.warning', data: { code: 'paused_command', message } };
}

function stalled(
  what: 'time' | 'silence',
  seconds: number,
): Pick<Extract<Note, { type: 'task.stalled' }>, 'type' | 'data'> {
  const does = what === 'time' ? 'has run' : 'has been silent';
  const message = `It ${does} for ${String(seconds)} s, which such tasks hardly ever do; it runs on.`;
  return { type: 'task.stalled', data: { what, seconds, message } };
}
