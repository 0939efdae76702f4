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

/** The result of a stop: what failed while closing, and what was not closed before the deadline. */
export interface StopReport {
  faults: readonly Error[];
  overdue: readonly string[];
}

export interface LifecycleOptions {
  logger: Logger;
  /** The deadline of a stop, in milliseconds. */
  stopDeadlineMs: number;
}

/** How long a start that is in progress at a stop may take to settle, in milliseconds. */
const START_GRACE_MS = 2000;
/** How long actions at a forced end may take, in milliseconds. */
const FORCED_END_MS = 1000;

/** The life cycle of a service: one start, one stop, and always exactly one named state. */
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

  /** Aborted as soon as the service has to stop. */
  get stopSignal(): AbortSignal {
    return this.#stopSignal.signal;
  }

  /** Registers a function that closes a resource; call it on the line that opens the resource. */
  onClose(name: string, close: () => unknown): void {
    if (this.#closing) throw new Error(`"${name}" can't be opened: the service is ${this.#state}`);
    this.#closers.add(name, close);
  }

  /** Registers an action for a forced end, which may take at most a second. */
  onForcedEnd(act: () => unknown): void {
    this.#atForcedEnd.push(act);
  }

  /**
   * Runs the start-up. If it fails, closes what was opened, and throws an error with the cause and
   * the failures of closing. Returns undefined if the service was stopped meanwhile.
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

  /** Closes everything, at most until the deadline. Calling it again returns the same promise. Never rejects. */
  stop(reason: string): Promise<StopReport> {
    this.#stop ??= this.#stopOnce(reason);
    return this.#stop;
  }

  /** Runs the actions for a forced end, for at most a second. Never rejects. */
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
