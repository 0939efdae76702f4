import { numbered } from '@cc-executor/contracts/task-numbers';
import { backoff } from '@cc-executor/contracts/backoff';
import { EVENTS, type ExecutionStatus, type NewEvent, type TaskWarning } from '@cc-executor/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { AttemptWarnings } from './attempt-warnings.ts';
import type { EventToStore } from './ports/log.ts';
import type { Append, AppendResult, ExecutionStore } from './ports/store.ts';
import { newEpoch } from './epoch.ts';
import { NoteQueue, type Note } from './note-queue.ts';
import { applyEvent } from './apply-event.ts';
import { type ExecutionState } from './state.ts';
import { stateOfTask } from './stored-execution.ts';
import { toStore } from './to-store.ts';

export interface RecorderOptions {
  store: Pick<ExecutionStore, 'append'>;
  executionId: string;
  /** The fencing token of the claim. */
  token: string;
  /** The end of the log at the claim, and its epoch. */
  head: number;
  epoch: string;
  /** The state at the claim; the recorder keeps it up to date. */
  state: ExecutionState;
  /** Called for each failed try to store; it is retried until it works or the lease is lost. */
  onRetry(error: unknown): void;
  /** Called when Redis has lost stored events of `epoch`, up to `head`. The state is stored again. */
  onRewound(gone: { epoch: string; head: number }): void;
  /** Called when events that changed the state are stored, with their time. */
  onCommitted?(events: readonly NewEvent[], at: string): void;
  /** Called when any events are stored; `head` is the seq of the last of them. */
  onStored?: ((events: readonly EventToStore[], head: number, epoch: string) => void) | undefined;
}

export interface CommitOptions {
  from: readonly ExecutionStatus[];
  /** True releases the lease in the same step. */
  release?: boolean;
  /** With a release: when another worker is requested; default: at once. */
  wakeAt?: Date | null;
}

export type Committed =
  | { result: 'stored' }
  /** Another worker has the lease now: stop at once. */
  | { result: 'stale' }
  /** Another process changed the execution's state (a cancel): nothing was stored. */
  | { result: 'illegal'; status: ExecutionStatus };

/**
 * Writes the log of one execution for its owner: in order, numbered by the store, and each append once however often it
 * is sent. Output is batched while the previous append is in progress; a change of state is committed separately.
 */
export class Recorder {
  readonly state: ExecutionState;
  readonly #options: RecorderOptions;
  readonly #notes = new NoteQueue();
  readonly #warnings = new AttemptWarnings();
  readonly #lost = new AbortController();
  #counter = 0;
  #head: number;
  #epoch: string;
  #last: Promise<unknown> = Promise.resolve();
  #flushing = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.state = options.state;
    this.#head = options.head;
    this.#epoch = options.epoch;
  }

  /** Aborts when the lease is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The seq of the last stored event. */
  get head(): number {
    return this.#head;
  }

  /** Adds a note. While a returned promise is pending, add no more. */
  note(note: Note): Promise<void> | undefined {
    if (this.lost.aborted) return undefined;
    this.#notes.add(note, new Date().toISOString());
    this.#warnings.hear(note);
    if (!this.#flushing) {
      this.#flushing = true;
      this.#last = this.#last.then(() => this.#flush());
    }
    return this.#notes.whenLow();
  }

  /** Returns the warnings of an attempt since the last call for it. */
  takeWarnings(place: { task: number; attempt: number }): TaskWarning[] {
    return this.#warnings.take(place);
  }

  /** Stores events that change the state, after all earlier notes, if the state is one of `from`. */
  commit(
    events: readonly NewEvent[],
    { from, release = false, wakeAt = null }: CommitOptions,
  ): Promise<Committed> {
    const committed = this.#last.then(async () => {
      await this.#flush();
      return await this.#commit(events, { from, release, wakeAt });
    });
    this.#last = committed.catch(() => undefined);
    return committed;
  }

  async #flush(): Promise<void> {
    for (let batch = this.#notes.take(); batch.length > 0; batch = this.#notes.take()) {
      const events = batch.map(({ note, at }) => toStore(this.#options.executionId, note, at));
      await this.#append({
        from: null,
        to: null,
        summary: null,
        tasks: new Map(),
        events,
        release: false,
        wakeAt: null,
        epoch: null,
      });
    }
    this.#flushing = false;
  }

  async #commit(events: readonly NewEvent[], options: Required<CommitOptions>): Promise<Committed> {
    for (const event of events) EVENTS[event.type].data.parse(event.data);
    for (;;) {
      // Another process may have changed the state meanwhile. If only one state is allowed, it is that one or nothing is stored.
      const [only] = options.from;
      if (options.from.length === 1 && only) this.state.status = only;
      const assumed = this.state.status;
      const committed = await this.#commitFrom(assumed, events, options);
      // Another state has another result: repeated from the current state.
      const isAgain =
        committed.result === 'illegal' &&
        committed.status !== assumed &&
        options.from.includes(committed.status);
      if (!isAgain) return committed;
    }
  }

  async #commitFrom(
    assumed: ExecutionStatus,
    events: readonly NewEvent[],
    { from, release, wakeAt }: Required<CommitOptions>,
  ): Promise<Committed> {
    const { state } = this;
    const before = { reason: state.reason, summary: { ...state.summary } };
    const tasks = new Map(
      events.flatMap(({ task }) => (task ? [[task, { ...stateOfTask(state, task) }]] : [])),
    );
    const at = new Date().toISOString();
    // Another process may have stored another reason: what these events do not change is kept.
    state.reason = KEPT;
    for (const event of events) applyEvent(state, event, at);
    const reason = state.reason === KEPT ? undefined : state.reason;
    if (reason === undefined) state.reason = before.reason;
    const entered = state.status === assumed ? null : { status: state.status, reason };
    const result = await this.#append({
      from: entered ? [assumed] : from,
      to: entered,
      summary: state.summary,
      tasks: new Map([...tasks.keys()].map((task) => [task, stateOfTask(state, task)])),
      events: events.map((event) => toStore(this.#options.executionId, event, at)),
      release,
      wakeAt,
      epoch: null,
    });
    if (result.result === 'stored') {
      this.#options.onCommitted?.(events, at);
      return { result: 'stored' };
    }
    // Nothing was stored: the state is unchanged, except for the status that the store returned.
    state.summary = before.summary;
    for (const [task, was] of tasks) putBack(stateOfTask(state, task), was);
    state.status = result.result === 'illegal' ? result.status : assumed;
    state.reason = before.reason;
    return result.result === 'illegal' ? result : { result: 'stale' };
  }

  async #append(change: Omit<Append, 'writer'>): Promise<AppendResult> {
    this.#counter += 1;
    let append = { ...change, writer: { token: this.#options.token, counter: this.#counter } };
    for (let failures = 0; ;) {
      if (this.lost.aborted) return { result: 'stale' };
      try {
        const result = await this.#options.store.append(this.#options.executionId, append);
        if (result.result === 'rewound') {
          append = { ...append, ...this.#restoring(change) };
          continue;
        }
        if (result.result === 'stored') {
          this.#head = result.head;
          this.#epoch = append.epoch ?? this.#epoch;
          this.#options.onStored?.(append.events, this.#head, this.#epoch);
        }
        if (result.result === 'stale' || result.result === 'missing') this.#lost.abort();
        // Nothing was stored under its number: the next append uses it.
        if (result.result === 'illegal') this.#counter -= 1;
        return result;
      } catch (error) {
        this.#options.onRetry(error);
        failures += 1;
        await delay(backoff(failures, RETRY_WAITS));
      }
    }
  }

  /** Stored events are lost: sends the change with the whole known state, in a new epoch. */
  #restoring({ events }: Pick<Append, 'events'>): Pick<Append, 'summary' | 'tasks' | 'events' | 'epoch'> {
    const gone = { epoch: this.#epoch, head: this.#head };
    this.#options.onRewound(gone);
    const event = toStore(
      this.#options.executionId,
      { type: 'execution.rewound', data: gone },
      new Date().toISOString(),
    );
    const { summary, tasks } = this.state;
    return { summary, tasks: new Map(numbered(tasks)), events: [event, ...events], epoch: newEpoch() };
  }
}

/** The waits before an append is sent again, in milliseconds. */
const RETRY_WAITS = { first: 50, longest: 2000 };

/** A value that is not a reason of any execution. */
const KEPT = '\u0000kept';

/** Makes an object what it was, also without what it did not have. */
function putBack<T extends object>(now: T, was: T): void {
  for (const name of Object.keys(now)) if (!(name in was)) Reflect.deleteProperty(now, name);
  Object.assign(now, was);
}
