import type {
  Accepted,
  AgentsView,
  AnalysisView,
  AuthStatus,
  EvidenceKey,
  Configuration,
  ExecutionPage,
  ExecutionStatus,
  Health,
  HistoryFormat,
  HistoryRow,
  HookStatus,
  OutcomeCode,
  Report,
  SearchView,
  WorkersView,
} from '@cc-executor/contracts';
import { patiently } from './backoff.ts';
import type { FollowOptions } from './events.ts';
import { Execution, type CallOptions } from './execution.ts';
import { followFeed, type FeedOptions, type FollowedFeed } from './feed.ts';
import { askForHistory, historyRows, type HistoryOptions } from './history.ts';
import { newKey, REPEAT_SECONDS } from './new-key.ts';
import { askForSearch, type SearchOptions } from './search.ts';
import type { Submission } from './submission.ts';
import type { Task } from './task.ts';
import { Transport, type TransportOptions } from './transport.ts';

export type { Submission } from './submission.ts';

export type CcExecutorOptions = TransportOptions;

/** Everything of a submission except its tasks. */
export type ExecuteOptions = Omit<Submission, 'tasks'> & {
  /** The same key with the same tasks returns the same execution, for 24 hours; default: a new key for each call. */
  idempotencyKey?: string | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
};

/** A filter for the list of executions. Times are RFC 3339, or dates, or a Date. */
export interface ListOptions {
  /** Executions in this state. */
  status?: ExecutionStatus | undefined;
  /** `key` or `key=value`, or what is not to be with a `!` before it; of several, all hold. */
  label?: string | readonly string[] | undefined;
  /** Executions with a task that ended with this outcome. */
  outcome?: OutcomeCode | undefined;
  /** Words in the title, the id or the labels, ignoring case. */
  q?: string | undefined;
  /** Submitted at or after this time. */
  from?: Date | string | undefined;
  /** Submitted before this time. */
  to?: Date | string | undefined;
  /** The size of a page, 1 to 200; default: 50. */
  limit?: number | undefined;
  /** The `next_cursor` of the previous page. */
  cursor?: string | undefined;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
}

/** The time of a report: times are RFC 3339, or dates, or a Date. */
export interface ReportTime {
  /** Default: a day before `until`. */
  since?: Date | string | undefined;
  /** Default: now. */
  until?: Date | string | undefined;
  /** As in a list: only executions with these labels. */
  label?: string | readonly string[] | undefined;
}

/** A client of one cc-executor server. */
export class CcExecutor {
  readonly #transport: Transport;

  constructor(options: CcExecutorOptions = {}) {
    this.#transport = new Transport(options);
  }

  /** The address of the server. */
  get url(): string {
    return this.#transport.url.href.replace(/\/$/, '');
  }

  /** The executions that this client belongs to, outermost first; none outside of tasks. */
  get lineage(): readonly string[] {
    return this.#transport.lineage;
  }

  /**
   * Submits a list of tasks (a string is a prompt). When this resolves, it is stored and will run. An answer that is
   * lost on its way is requested again; the key ensures that the list is stored once.
   */
  async execute(tasks: readonly Task[], options: ExecuteOptions = {}): Promise<Execution> {
    const { signal, idempotencyKey = newKey(), ...rest } = options;
    const call = {
      method: 'POST',
      body: { tasks, ...rest },
      headers: { 'idempotency-key': idempotencyKey },
      signal,
    } as const;
    const accepted = await patiently(async () => await this.#transport.json<Accepted>('execute', call), {
      signal,
      giveUpAfter: REPEAT_SECONDS,
    });
    return new Execution(this.#transport, accepted.execution_id, {}, true, accepted.warnings);
  }

  /** Analyses a list without running it: classifies its tasks, predicts their time, and reports what may be wrong. */
  async analyze(
    tasks: readonly Task[],
    options: Omit<ExecuteOptions, 'idempotencyKey'> = {},
  ): Promise<AnalysisView> {
    const { signal, ...rest } = options;
    return await this.#transport.json('tasks/analyze', { method: 'POST', body: { tasks, ...rest }, signal });
  }

  /** Returns an existing execution, without a request to the server. */
  attach(executionId: string, start: FollowOptions = {}): Execution {
    return new Execution(this.#transport, executionId, start, false);
  }

  /** Returns a page of executions, newest first. */
  async list(options: ListOptions = {}): Promise<ExecutionPage> {
    const { signal, ...query } = options;
    const search = new URLSearchParams();
    for (const [name, given] of Object.entries(query))
      for (const value of Array.isArray(given) ? given : [given])
        if (value !== undefined) search.append(name, value instanceof Date ? value.toISOString() : value);
    return await this.#transport.json(`executions?${search.toString()}`, { signal });
  }

  /** Returns where a text is in the outputs of all executions that were active between two times; default: the last day. */
  async search(q: string, options: ReportTime & SearchOptions = {}): Promise<SearchView> {
    const { since, until, ...rest } = options;
    const time = (at: Date | string | undefined) => (at instanceof Date ? at.toISOString() : at);
    return await askForSearch(this.#transport, 'search', q, {
      ...rest,
      since: time(since),
      until: time(until),
    });
  }

  /** Yields the changes of state of all executions, as they happen; see `FeedOptions`. */
  feed(options: FeedOptions = {}): AsyncGenerator<FollowedFeed, void, undefined> {
    return followFeed(this.#transport, options);
  }

  /** Yields a row for each attempt with its time and cost: the newest execution first, and of each the latest attempt. */
  history(options: HistoryOptions = {}): AsyncGenerator<HistoryRow, void, undefined> {
    return historyRows(this.#transport, options);
  }

  /** Returns the same as text, in the body of a response: a stream, for any number of rows. */
  async exportHistory(options: HistoryOptions & { format?: HistoryFormat } = {}): Promise<Response> {
    const { format = 'json', ...rest } = options;
    return await askForHistory(this.#transport, format, rest);
  }

  /** Returns what happened between two times: what needs a person, what failed and why, what is done. Default: the last day. */
  async report(options: ReportTime & CallOptions = {}): Promise<Report> {
    const { since, until, label, ...call } = options;
    return await this.#transport.json(reportPath({ since, until, label }), { ...call, takesLong: true });
  }

  /** Returns the same as a page for people. */
  async reportPage(
    options: ReportTime & CallOptions & { format?: 'markdown' | 'html' | undefined } = {},
  ): Promise<string> {
    const { since, until, label, format = 'markdown', ...call } = options;
    const accept = format === 'html' ? 'text/html' : 'text/markdown';
    return await this.#transport.text(reportPath({ since, until, label }), {
      ...call,
      headers: { accept },
      takesLong: true,
    });
  }

  /** Returns the public key with which this server signs evidence; keep it elsewhere, and compare. */
  async evidenceKey(options: CallOptions = {}): Promise<EvidenceKey> {
    return await this.#transport.json('evidence/key', options);
  }

  /** Returns whether the workers can reach Claude, and if not, what to do. */
  async authStatus(options: CallOptions = {}): Promise<AuthStatus> {
    return await this.#transport.json('auth/status', options);
  }

  /** Returns which agents there are, what they can do, and whether they can be used on this server. */
  async agents(options: CallOptions = {}): Promise<AgentsView> {
    return await this.#transport.json('agents', options);
  }

  /** Returns the settings of the API, by name; secrets are omitted. */
  async configuration(options: CallOptions = {}): Promise<Configuration> {
    return await this.#transport.json('configuration', options);
  }

  /** Returns the server's hooks, and their last runs. */
  async hookStatus(options: CallOptions = {}): Promise<HookStatus> {
    return await this.#transport.json('hooks/status', options);
  }

  /** Returns the workers that are alive, their slots and the limits of the plan, and the backlog of wake-ups. */
  async workers(options: CallOptions = {}): Promise<WorkersView> {
    return await this.#transport.json('workers', options);
  }

  /** Returns the health of the server, also of an unhealthy one. */
  async health(options: CallOptions = {}): Promise<Health> {
    return await this.#transport.json('health', { ...options, alsoAnswers: [503] });
  }
}

function reportPath({ label = [], ...time }: ReportTime): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(time))
    if (value !== undefined) query.set(name, value instanceof Date ? value.toISOString() : value);
  for (const each of [label].flat()) query.append('label', each);
  return `report?${query.toString()}`;
}
