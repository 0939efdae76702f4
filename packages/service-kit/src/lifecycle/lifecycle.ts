import type { Logger } from '../logger.ts';
import { Closers, messageOf } from './closers.ts';

/** The states of a service, and what each means. */
export const SERVICE_STATES = {
  starting: 'opening what it needs; not answering yet',
  running: 'doing its work',
  stopping: 'closing what was opened, last first; takes no new work',
  stopped: 'everything is closed, or the deadline has passed',
} as const;
export type ServiceState = keyof typeof SERVICE_STATES;

/** How a stop went: what failed while closing, and what was not closed before the deadline. */
export interface StopReport {
  faults: readonly Error[];
  overdue: readonly string[];
}

export interface LifecycleOptions {
  logger: Logger;
  /** How long a stop may take in all, in milliseconds. */
  stopDeadlineMs: number;
}

/** A start that is still going on when the service is to stop gets this long to settle, in milliseconds. */
const START_GRACE_MS = 2000;
/** What is done even at a forced end gets this long, in milliseconds. */
const FORCED_END_MS = 1000;

/** The life of a service: one start, one stop, and in between exactly one named state. */
export class Lifecycle {
  readonly #logger: Logger;
  readonly #deadlineMs: number;
  readonly #closers = new Closers();
  readonly #stopSignal = new AbortController();
  readonly #atForcedEnd: (() => unknown)[] = [];
  #state: ServiceState = 'starting';
  #started: Promise<unknown> = Promise.resolve();
  #closing = false;
  #stop: Promise<StopReport> | null = null;

  constructor(options: LifecycleOptions) {
    this.#logger = options.logger;
    this.#deadlineMs = options.stopDeadlineMs;
  }

  get state(): ServiceState {
    return this.#state;
  }

  /** Aborted as soon as the service is to stop. */
  get stopSignal(): AbortSignal {
    return this.#stopSignal.signal;
  }

  /** Registers what closes a thing; called on the line that opens it. */
  onClose(name: string, close: () => unknown): void {
    if (this.#closing) throw new Error(`"${name}" can't be opened: the service is ${this.#state}`);
    this.#closers.add(name, close);
  }

  /** Registers what is done even when the end is forced; what takes longer than a second is not waited for. */
  onForcedEnd(act: () => unknown): void {
    this.#atForcedEnd.push(act);
  }

  /**
   * Runs the start-up. When it fails, what was opened is closed, and the error that is thrown has the cause and
   * what failed while closing. Gives undefined when the service was stopped meanwhile.
   */
  async start<T>(open: () => Promise<T>): Promise<T | undefined> {
    if (this.#state !== 'starting') throw new Error(`a service that is ${this.#state} can't be started`);
    const opening = Promise.resolve().then(open);
    this.#started = opening.catch(() => undefined);
    try {
      const opened = await opening;
      if (this.#stop !== null) return undefined;
      this.#enter('running');
      return opened;
    } catch (error) {
      if (this.#stop !== null) return undefined;
      const { faults } = await this.stop('its start-up failed');
      if (faults.length === 0) throw error;
      const sentences = [error, ...faults].map(messageOf).join('; also: ');
      throw new AggregateError([error, ...faults], sentences, { cause: error });
    }
  }

  /** Closes everything, at most until the deadline; calling it again gives the same promise. Never rejects. */
  stop(reason: string): Promise<StopReport> {
    this.#stop ??= this.#stopOnce(reason);
    return this.#stop;
  }

  /** For a process that ends at once: does what must be done even then, for at most a second. Never rejects. */
  async forceEnd(): Promise<void> {
    const limit = timer(FORCED_END_MS);
    const acts = this.#atForcedEnd.map(async (act) => await act());
    await Promise.race([Promise.allSettled(acts), limit.passed]);
    limit.clear();
  }

  async #stopOnce(reason: string): Promise<StopReport> {
    const startGraceMs = this.#state === 'starting' ? START_GRACE_MS : 0;
    this.#enter('stopping', reason);
    this.#stopSignal.abort(new Error(reason));
    const deadline = timer(this.#deadlineMs);
    const grace = timer(startGraceMs);
    if (startGraceMs > 0) await Promise.race([this.#started, grace.passed]);
    grace.clear();
    this.#closing = true;
    const faults = await Promise.race([this.#closers.closeAll(), deadline.passed]);
    deadline.clear();
    const report = { faults: faults ?? [], overdue: faults === undefined ? this.#closers.names : [] };
    for (const fault of report.faults) this.#logger.error({ err: fault }, fault.message);
    if (report.overdue.length > 0) this.#logger.error({ overdue: report.overdue }, 'not closed in time');
    this.#enter('stopped');
    return report;
  }

  #enter(state: ServiceState, reason?: string): void {
    this.#state = state;
    this.#logger.info(reason === undefined ? { state } : { state, reason }, state);
  }
}

function timer(ms: number): { passed: Promise<undefined>; clear: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const handle = setTimeout(() => resolve(undefined), ms);
  return { passed: promise, clear: () => clearTimeout(handle) };
}
