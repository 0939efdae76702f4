import type {
  Accepted,
  ChangesView,
  ExecutionStatus,
  ExecutionView,
  FilesView,
  Receipt,
  RestoreView,
  ResultsView,
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
import type { Submission } from './submission.ts';
import type { Transport } from './transport.ts';

/** The answer to a cancel, a pause or a resume. */
export interface ControlAnswer {
  execution_id: string;
  status: ExecutionStatus;
}

/** What every call takes. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Seconds without an answer, or without more of it, after which the call is given up; default: the client's. */
  giveUpAfter?: number | undefined;
}

export interface ReportOptions {
  /** Default markdown. */
  format?: 'markdown' | 'html' | undefined;
  signal?: AbortSignal | undefined;
}

/** Which part of a task's output. */
export interface OutputOptions {
  /** Default stdout, of a prompt all text that it gave; `result`: a prompt's final answer alone. */
  stream?: 'stdout' | 'stderr' | 'result';
  /** Default: the last one. */
  attempt?: number;
  /** Bytes to leave out at the start. */
  from?: number;
  /** The last byte that is wanted; default: the end. */
  to?: number;
  /** So many bytes at the end; excludes `from` and `to`. */
  last?: number;
  signal?: AbortSignal;
  /** Seconds without any byte after which reading fails; default: the client's. The whole may take any time. */
  giveUpAfter?: number | undefined;
}

/** One execution on a server: `for await (const event of execution)` follows it, and `result()` waits for its end. */
export class Execution implements AsyncIterable<Followed> {
  readonly id: string;
  /** What may be wrong with its tasks, as the server told when it took them; none for one that was attached to. */
  readonly warnings: NonNullable<Accepted['warnings']>;
  readonly #transport: Transport;
  readonly #start: FollowOptions;
  readonly #snapshots: SnapshotCalls;
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

  [Symbol.asyncIterator](): AsyncGenerator<Followed, void, undefined> {
    return this.events();
  }

  /** Its events from a position on, to the last one; each once, whatever happens to the connection. */
  events(options: FollowOptions = {}): AsyncGenerator<Followed, void, undefined> {
    return followEvents(this.#transport, this.id, { ...this.#start, ...options }, this.#wasReached);
  }

  /** The poll: small. */
  async status(options: CallOptions = {}): Promise<StatusView> {
    const status = await this.#transport.json<StatusView>(this.#path('/status'), options);
    // From now on a server that is away is one that comes back.
    this.#wasReached = true;
    return status;
  }

  /** Everything about it, tasks included. */
  async details(options: CallOptions = {}): Promise<ExecutionView> {
    return await this.#transport.json(this.#path(''), options);
  }

  /**
   * The list that it was made of, as it may be submitted again. Variables have their values; what may be secret of MCP
   * servers is left out.
   */
  async submission(options: CallOptions = {}): Promise<Submission> {
    return await this.#transport.json(this.#path('/submission'), options);
  }

  /** What each task gave, so far. */
  async results(options: CallOptions = {}): Promise<ResultsView> {
    return await this.#transport.json(this.#path('/results'), options);
  }

  /** What each task gave, when it has ended, however it ended; survives restarts of the server. */
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

  /** A task's output (`task` from 1), byte for byte, as the body of an answer. */
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

  /** The receipt of an attempt at a task (`task` from 1): what it really did. */
  async receipt(task: number, options: { attempt?: number; signal?: AbortSignal } = {}): Promise<Receipt> {
    const { attempt, signal } = options;
    const query = attempt === undefined ? '' : `?attempt=${String(attempt)}`;
    return await this.#transport.json(this.#path(`/tasks/${String(task)}/receipt${query}`), { signal });
  }

  /** What its files prove, every hash computed anew by the server; `cc-executor verify` does the same without it. */
  async verification(options: CallOptions = {}): Promise<Verification> {
    return await this.#transport.json(this.#path('/verification'), options);
  }

  /** A page for people: what was asked, what happened, what is proven, and what is not. */
  async report({ format = 'markdown', signal }: ReportOptions = {}): Promise<string> {
    const accept = format === 'html' ? 'text/html' : 'text/markdown';
    return await this.#transport.text(this.#path('/report'), { headers: { accept }, signal });
  }

  /** Returns a page of the files that it, or one of its tasks, has changed in the workspace. */
  async changes(options: ChangesOptions = {}): Promise<ChangesView> {
    return await this.#snapshots.changes(options);
  }

  /** Returns what it, or one of its tasks, has changed, as a patch or a summary: the body of an answer. */
  async diff(options: DiffOptions = {}): Promise<Response> {
    return await this.#snapshots.diff(options);
  }

  /** Returns a page of what is in a folder of the workspace at a snapshot. */
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
   * Brings its workspace back to one of its snapshots. Refused with ILLEGAL_STATE unless it is paused or has ended, and
   * with WORKSPACE_BUSY while another execution works there. What the workspace was is kept: `left` of the answer.
   */
  async restore(options: RestoreOptions): Promise<RestoreView> {
    return await this.#snapshots.restore(options);
  }

  /** Ends it: it is `cancelling` until no process of it is left. Refused with ILLEGAL_STATE when it has ended. */
  async cancel(): Promise<ControlAnswer> {
    return await this.#control('/cancel');
  }

  /** Stops it after what runs; refused with ILLEGAL_STATE where that makes no sense. */
  async pause(): Promise<ControlAnswer> {
    return await this.#control('/pause');
  }

  /** Goes on with it; refused with ILLEGAL_STATE where that makes no sense. */
  async resume(): Promise<ControlAnswer> {
    return await this.#control('/resume');
  }

  /**
   * Removes it with its outputs, its evidence and the folder that it made; its rows in the history stay. Refused with
   * ILLEGAL_STATE when it has not ended.
   */
  async remove(): Promise<ControlAnswer> {
    return await this.#control('/remove');
  }

  async #control(verb: string): Promise<ControlAnswer> {
    return await this.#transport.json(this.#path(verb), { method: 'POST' });
  }

  #path(rest: string): string {
    return `executions/${encodeURIComponent(this.id)}${rest}`;
  }
}

/** The header that asks for a part of an output; none for the whole. */
function rangeOf({ from = 0, to, last }: OutputOptions): Record<string, string> {
  if (last !== undefined) return { range: `bytes=-${String(last)}` };
  if (from === 0 && to === undefined) return {};
  return { range: `bytes=${String(from)}-${to === undefined ? '' : String(to)}` };
}
