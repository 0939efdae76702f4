import type {
  Accepted,
  ChangesView,
  ExecutionStatus,
  ExecutionView,
  FilesView,
  GraphView,
  Receipt,
  RestoreView,
  ResultsView,
  SearchView,
  StatusView,
  Verification,
} from '@cc-executor/contracts';
import { isTerminal } from '@cc-executor/contracts/states';
import { patiently } from './backoff.ts';
import { followEvents, type Followed, type FollowOptions } from './events.ts';
import {
  SnapshotCalls,
  type ChangesOptions,
  type DiffOptions,
  type FileOptions,
  type FilesOptions,
  type RestoreOptions,
  type SnapshotOptions,
} from './snapshots.ts';
import { newKey, REPEAT_SECONDS } from './new-key.ts';
import type { Submission } from './submission.ts';
import type { Task } from './task.ts';
import { askForSearch, type ExecutionSearchOptions } from './search.ts';
import type { Transport } from './transport.ts';

/** The answer to a cancel, a pause or a resume. */
export interface ControlAnswer {
  /** The id of the execution. */
  execution_id: string;
  /** Its state when the call was taken. */
  status: ExecutionStatus;
}

/** The options of every call. */
export interface CallOptions {
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
  /** The time without data of a response after which the call gives up, in seconds; default: the client's. */
  giveUpAfter?: number | undefined;
}

export interface ReportOptions {
  /** Default markdown. */
  format?: 'markdown' | 'html' | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
}

/** From which task a list is run again, and how. */
export interface RerunOptions {
  /** The first task that is run, from 1; `failed`: the first one that has not completed. */
  from: number | 'failed';
  /** The tasks that replace those from there on; default: the same tasks. */
  tasks?: readonly Task[] | undefined;
  /**
   * `restore`: in a new folder, with what the workspace was before that task, the default; `keep`: in the same folder as it
   * is now.
   */
  workspace?: 'restore' | 'keep' | undefined;
  /** The same key with the same options returns the same execution, for 24 hours; default: a new key for each call. */
  idempotencyKey?: string | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
}

/** A part of a task's output. */
export interface OutputOptions {
  /** Default stdout, which for a prompt is all its text; `result`: only a prompt's final answer. */
  stream?: 'stdout' | 'stderr' | 'result';
  /** Default: the last one. */
  attempt?: number;
  /** The number of bytes to skip at the start. */
  from?: number;
  /** The last byte that is wanted; default: the end. */
  to?: number;
  /** The number of bytes at the end; excludes `from` and `to`. */
  last?: number;
  /** Ends the call with its reason. */
  signal?: AbortSignal;
  /** The time without any byte after which reading fails, in seconds; default: the client's. The total time is not limited. */
  giveUpAfter?: number | undefined;
}

/** One execution on a server: `for await (const event of execution)` follows it, and `result()` waits for its end. */
export class Execution implements AsyncIterable<Followed> {
  /** Its id on the server. */
  readonly id: string;
  /** The possible problems of its tasks, as reported at submission; empty after `attach`. */
  readonly warnings: NonNullable<Accepted['warnings']>;
  readonly #transport: Transport;
  readonly #start: FollowOptions;
  readonly #snapshots: SnapshotCalls;
  /** True once the server has answered: an unavailable one counts as restarting from then on. */
  #wasReached: boolean;

  constructor(
    transport: Transport,
    id: string,
    start: FollowOptions,
    wasReached: boolean,
    warnings: Execution['warnings'] = [],
  ) {
    this.id = id;
    this.warnings = warnings;
    this.#transport = transport;
    this.#start = start;
    this.#snapshots = new SnapshotCalls(transport, this.#path(''));
    this.#wasReached = wasReached;
  }

  /** Yields its events, as `events()` does. */
  [Symbol.asyncIterator](): AsyncGenerator<Followed, void, undefined> {
    return this.events();
  }

  /** Yields its events from a position to the last one, each once, whatever happens to the connection. */
  async *events(options: FollowOptions = {}): AsyncGenerator<Followed, void, undefined> {
    const start = { ...this.#start, ...options };
    for await (const event of followEvents(this.#transport, this.id, start, this.#wasReached)) {
      this.#wasReached = true;
      yield event;
    }
  }

  /** Returns the short status, for polling. */
  async status(options: CallOptions = {}): Promise<StatusView> {
    return await this.#ask('/status', options);
  }

  /** Returns everything about it, including tasks. */
  async details(options: CallOptions = {}): Promise<ExecutionView> {
    return await this.#ask('', options);
  }

  /**
   * Returns its list, as it can be submitted again. Variables have their values; possible secrets of MCP servers are left
   * out.
   */
  async submission(options: CallOptions = {}): Promise<Submission> {
    return await this.#transport.json(this.#path('/submission'), options);
  }

  /** Returns the needs and the states of its tasks, and the critical path. */
  async graph(options: CallOptions = {}): Promise<GraphView> {
    return await this.#transport.json(this.#path('/graph'), options);
  }

  /** Returns the results of each task so far. */
  async results(options: CallOptions = {}): Promise<ResultsView> {
    return await this.#ask('/results', options);
  }

  /** Waits for its end, and returns the results of each task, for any outcome. Survives restarts of the server. */
  async result(options: Pick<FollowOptions, 'signal' | 'giveUpAfter'> = {}): Promise<ResultsView> {
    const { signal, giveUpAfter = this.#transport.giveUpAfter } = options;
    const limits = { signal, giveUpAfter };
    const ask = async () => await this.status(limits);
    const { status, head, epoch } = this.#wasReached ? await patiently(ask, limits) : await ask();
    if (!isTerminal(status)) {
      for await (const _ of followEvents(this.#transport, this.id, { ...limits, after: head, epoch }, true));
    }
    return await patiently(async () => await this.results(limits), limits);
  }

  /** Returns a task's output (`task` from 1), byte for byte, as the body of a response. */
  async output(task: number, options: OutputOptions = {}): Promise<Response> {
    const { stream = 'stdout', attempt, signal, giveUpAfter } = options;
    const query = new URLSearchParams({ stream });
    if (attempt !== undefined) query.set('attempt', String(attempt));
    return await this.#transport.send(this.#path(`/tasks/${String(task)}/output?${query.toString()}`), {
      signal,
      giveUpAfter,
      headers: rangeOf(options),
    });
  }

  /** Returns a page of the hits of a text in its outputs and messages. */
  async search(q: string, options: ExecutionSearchOptions = {}): Promise<SearchView> {
    return await askForSearch(this.#transport, this.#path('/search'), q, { ...options });
  }

  /** Returns the receipt of an attempt at a task (`task` from 1); default: the last attempt. */
  async receipt(task: number, options: { attempt?: number; signal?: AbortSignal } = {}): Promise<Receipt> {
    const { attempt, signal } = options;
    const query = attempt === undefined ? '' : `?attempt=${String(attempt)}`;
    return await this.#transport.json(this.#path(`/tasks/${String(task)}/receipt${query}`), { signal });
  }

  /** Returns the verification of its files. The server recomputes every hash; `cc-executor verify` does so without it. */
  async verification(options: CallOptions = {}): Promise<Verification> {
    return await this.#transport.json(this.#path('/verification'), { ...options, takesLong: true });
  }

  /** Returns a report for people: the tasks, their results, and the verification. */
  async report({ format = 'markdown', signal }: ReportOptions = {}): Promise<string> {
    const accept = format === 'html' ? 'text/html' : 'text/markdown';
    return await this.#transport.text(this.#path('/report'), {
      headers: { accept },
      signal,
      takesLong: true,
    });
  }

  /** Returns a page of the files that it, or one of its tasks, has changed. Throws SNAPSHOT_NOT_FOUND or SNAPSHOT_GONE. */
  async changes(options: ChangesOptions = {}): Promise<ChangesView> {
    return await this.#snapshots.changes(options);
  }

  /** Returns the changes of it, or of one of its tasks, as a patch or a summary: the body of a response. */
  async diff(options: DiffOptions = {}): Promise<Response> {
    return await this.#snapshots.diff(options);
  }

  /** Returns a page of the entries of a folder of the workspace at a snapshot. */
  async files(options: FilesOptions = {}): Promise<FilesView> {
    return await this.#snapshots.files(options);
  }

  /** Returns a file of the workspace at a snapshot, byte for byte, as the body of an answer. */
  async file(path: string, options: FileOptions = {}): Promise<Response> {
    return await this.#snapshots.file(path, options);
  }

  /** Returns the workspace at a snapshot, or a folder of it, as a tar.gz: the body of an answer. */
  async archive(options: SnapshotOptions = {}): Promise<Response> {
    return await this.#snapshots.archive(options);
  }

  /**
   * Restores its workspace to one of its snapshots. Throws ILLEGAL_STATE unless it is paused or has ended, and
   * WORKSPACE_BUSY while another execution works there. The state before is kept as the snapshot `left` of the answer.
   */
  async restore(options: RestoreOptions): Promise<RestoreView> {
    return await this.#snapshots.restore(options);
  }

  /**
   * Reruns its list from one of its tasks, as a new execution. The tasks before are carried over with their results.
   * Resolves with the new execution when it is stored and will run. Throws ILLEGAL_STATE or SNAPSHOT_GONE.
   */
  async rerun({ signal, idempotencyKey = newKey(), ...body }: RerunOptions): Promise<Execution> {
    const headers = { 'idempotency-key': idempotencyKey };
    const call = { method: 'POST', body, headers, signal } as const;
    const accepted = await patiently(
      async () => await this.#transport.json<Accepted>(this.#path('/rerun'), call),
      { signal, giveUpAfter: REPEAT_SECONDS },
    );
    return new Execution(this.#transport, accepted.execution_id, {}, true, accepted.warnings);
  }

  /** Cancels it: it is `cancelling` until all its processes have ended. Throws ILLEGAL_STATE if it has ended. */
  async cancel(): Promise<ControlAnswer> {
    return await this.#control('/cancel');
  }

  /** Pauses it. Throws ILLEGAL_STATE if that is not possible in its state. */
  async pause(): Promise<ControlAnswer> {
    return await this.#control('/pause');
  }

  /** Resumes it. Throws ILLEGAL_STATE if that is not possible in its state. */
  async resume(): Promise<ControlAnswer> {
    return await this.#control('/resume');
  }

  /**
   * Removes it with its outputs, its evidence and the folder that it created; its rows in the history stay. Throws
   * ILLEGAL_STATE if it has not ended.
   */
  async remove(): Promise<ControlAnswer> {
    return await this.#control('/remove');
  }

  async #ask<T>(path: string, options: CallOptions): Promise<T> {
    const answer = await this.#transport.json<T>(this.#path(path), options);
    this.#wasReached = true;
    return answer;
  }

  async #control(verb: string): Promise<ControlAnswer> {
    return await this.#transport.json(this.#path(verb), { method: 'POST' });
  }

  #path(rest: string): string {
    return `executions/${encodeURIComponent(this.id)}${rest}`;
  }
}

/** Returns the header that requests a part of an output; none for the whole. */
function rangeOf({ from = 0, to, last }: OutputOptions): Record<string, string> {
  if (last !== undefined) return { range: `bytes=-${String(last)}` };
  if (from === 0 && to === undefined) return {};
  return { range: `bytes=${String(from)}-${to === undefined ? '' : String(to)}` };
}
