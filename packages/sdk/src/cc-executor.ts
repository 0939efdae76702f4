import type {
  Accepted,
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
} from '@cc-executor/contracts';
import { patiently } from './backoff.ts';
import type { FollowOptions } from './events.ts';
import { Execution, type CallOptions } from './execution.ts';
import { askForHistory, historyRows, type HistoryOptions } from './history.ts';
import type { Submission } from './submission.ts';
import type { Task } from './task.ts';
import { Transport, type TransportOptions } from './transport.ts';

export type { Submission } from './submission.ts';

/** A submission that meets no server is repeated only for so long: somebody waits. */
const REPEAT_SECONDS = 0.5;

export type CcExecutorOptions = TransportOptions;

/** Everything of a submission but its tasks. */
export type ExecuteOptions = Omit<Submission, 'tasks'> & {
  /** The same key with the same tasks gives the same execution, for 24 hours; default: a new key for each call. */
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
};

/** Which executions are listed. Times are RFC 3339, or dates, or a Date. */
export interface ListOptions {
  status?: ExecutionStatus | undefined;
  /** `key` or `key=value`, or what is not to be with a `!` before it; of several, all hold. */
  label?: string | readonly string[] | undefined;
  /** Those of which a task ended so. */
  outcome?: OutcomeCode | undefined;
  /** Words that the title, the id or the labels have, in upper or lower case. */
  q?: string | undefined;
  /** Submitted at or after this time. */
  from?: Date | string | undefined;
  /** Submitted before this time. */
  to?: Date | string | undefined;
  /** How many on a page, 1 to 200; default: 50. */
  limit?: number | undefined;
  /** `next_cursor` of the page before. */
  cursor?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** The time of a report: times are RFC 3339, or dates, or a Date. */
export interface ReportTime {
  /** Default: a day before `until`. */
  since?: Date | string | undefined;
  /** Default: now. */
  until?: Date | string | undefined;
  /** As of a list: only executions with these labels. */
  label?: string | readonly string[] | undefined;
}

/** A client of one cc-executor server. */
export class CcExecutor {
  readonly #transport: Transport;

  constructor(options: CcExecutorOptions = {}) {
    this.#transport = new Transport(options);
  }

  /** Where the server is. */
  get url(): string {
    return this.#transport.url.href.replace(/\/$/, '');
  }

  /** The executions that this client is a part of, outermost first; none for one outside of tasks. */
  get lineage(): readonly string[] {
    return this.#transport.lineage;
  }

  /**
   * Submits a list of tasks (a string is a prompt). When this resolves, it is stored and will run. An answer that is
   * lost on its way is asked for again; the key sees to it that the list is stored once.
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

  /** What is known of a list before it runs: what each task is, how long it may take, what may be wrong. Runs nothing. */
  async analyze(
    tasks: readonly Task[],
    options: Omit<ExecuteOptions, 'idempotencyKey'> = {},
  ): Promise<AnalysisView> {
    const { signal, ...rest } = options;
    return await this.#transport.json('tasks/analyze', { method: 'POST', body: { tasks, ...rest }, signal });
  }

  /** An execution that exists already; nothing is asked of the server yet. */
  attach(executionId: string, start: FollowOptions = {}): Execution {
    return new Execution(this.#transport, executionId, start, false);
  }

  /** Executions, newest first. */
  async list(options: ListOptions = {}): Promise<ExecutionPage> {
    const { signal, ...query } = options;
    const search = new URLSearchParams();
    for (const [name, given] of Object.entries(query))
      for (const value of Array.isArray(given) ? given : [given])
        if (value !== undefined) search.append(name, value instanceof Date ? value.toISOString() : value);
    return await this.#transport.json(`executions?${search.toString()}`, { signal });
  }

  /** What every attempt took and cost, a row each: the newest execution first, and of each the latest attempt. */
  history(options: HistoryOptions = {}): AsyncGenerator<HistoryRow, void, undefined> {
    return historyRows(this.#transport, options);
  }

  /** The same as text of a format, in the body of an answer: a stream, however many rows there are. */
  async exportHistory(options: HistoryOptions & { format?: HistoryFormat } = {}): Promise<Response> {
    const { format = 'json', ...rest } = options;
    return await askForHistory(this.#transport, format, rest);
  }

  /** What happened between two times: what needs a person, what failed and why, what is done. Default: the last day. */
  async report(options: ReportTime & CallOptions = {}): Promise<Report> {
    const { since, until, label, ...call } = options;
    return await this.#transport.json(reportPath({ since, until, label }), call);
  }

  /** The same as a page for people. */
  async reportPage(
    options: ReportTime & CallOptions & { format?: 'markdown' | 'html' | undefined } = {},
  ): Promise<string> {
    const { since, until, label, format = 'markdown', ...call } = options;
    const accept = format === 'html' ? 'text/html' : 'text/markdown';
    return await this.#transport.text(reportPath({ since, until, label }), { ...call, headers: { accept } });
  }

  /** The public key by which this server signs evidence; keep it elsewhere, and compare. */
  async evidenceKey(options: CallOptions = {}): Promise<EvidenceKey> {
    return await this.#transport.json('evidence/key', options);
  }

  /** Whether the workers can talk to Claude, and if not, what to do. */
  async authStatus(options: CallOptions = {}): Promise<AuthStatus> {
    return await this.#transport.json('auth/status', options);
  }

  /** The settings that the API runs with, by name; secrets are left out. */
  async configuration(options: CallOptions = {}): Promise<Configuration> {
    return await this.#transport.json('configuration', options);
  }

  /** What hooks the server has, and how their last runs went. */
  async hookStatus(options: CallOptions = {}): Promise<HookStatus> {
    return await this.#transport.json('hooks/status', options);
  }

  /** How the server is; also an unhealthy one's own account. */
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

/** Not crypto.randomUUID: browsers have that on pages of https only. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
