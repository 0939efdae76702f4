import type {
  Accepted,
  AuthStatus,
  ExecuteRequest,
  ExecutionPage,
  ExecutionStatus,
  Health,
  TaskInput,
} from '@cc-executor/contracts';
import type { z } from 'zod';
import type { FollowOptions } from './events.ts';
import { Execution } from './execution.ts';
import { Transport, type TransportOptions } from './transport.ts';

export type CcExecutorOptions = TransportOptions;

/** A body of POST /execute, as a client writes it. */
export type Submission = z.input<typeof ExecuteRequest>;
/** Everything of a submission but its tasks. */
export type ExecuteOptions = Omit<Submission, 'tasks'> & {
  /** The same key with the same tasks gives the same execution, so that a call may be repeated. */
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
};

/** A client of one cc-executor server. */
export class CcExecutor {
  readonly #transport: Transport;

  constructor(options: CcExecutorOptions = {}) {
    this.#transport = new Transport(options);
  }

  /** Where the server is. */
  get url(): string {
    return this.#transport.url.origin;
  }

  /** Submits a list of tasks (a string is a prompt). When this resolves, it is stored and will run. */
  async execute(tasks: readonly TaskInput[], options: ExecuteOptions = {}): Promise<Execution> {
    const { signal, idempotencyKey, ...rest } = options;
    const accepted = await this.#transport.json<z.output<typeof Accepted>>('execute', {
      method: 'POST',
      body: { tasks, ...rest },
      ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
      signal,
    });
    return new Execution(this.#transport, accepted.execution_id, {}, true);
  }

  /** An execution that exists already; nothing is asked of the server yet. */
  attach(executionId: string, start: FollowOptions = {}): Execution {
    return new Execution(this.#transport, executionId, start, false);
  }

  /** Executions, newest first. */
  async list(
    options: { status?: ExecutionStatus; limit?: number; cursor?: string; signal?: AbortSignal } = {},
  ): Promise<ExecutionPage> {
    const { signal, ...query } = options;
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) search.set(name, String(value));
    return await this.#transport.json(`executions?${search.toString()}`, { signal });
  }

  /** Whether the workers can talk to Claude, and if not, what to do. */
  async authStatus(options: { signal?: AbortSignal } = {}): Promise<AuthStatus> {
    return await this.#transport.json('auth/status', options);
  }

  /** How the server is; also an unhealthy one's own account. */
  async health(options: { signal?: AbortSignal } = {}): Promise<Health> {
    return await this.#transport.json('health', { ...options, alsoAnswers: [503] });
  }
}
