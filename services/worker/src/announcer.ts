import type { WorkerDirectory, WorkerReport } from '@cc-executor/executions';
import { Poller } from '@cc-executor/service-kit/poller';

/** The interval of announcements; four of them fit into the time after which a worker counts as dead. Milliseconds. */
const INTERVAL_MS = 2000;

export interface AnnouncerOptions {
  directory: WorkerDirectory;
  /** Its name. */
  worker: string;
  onError: (error: unknown) => void;
  report: () => Promise<WorkerReport>;
  /** Called after each announcement with all workers that are alive. */
  onWorkers: (workers: WorkerReport[]) => void;
}

/**
 * Announces this worker to the others at intervals, and receives theirs. While Redis is
 * unavailable, one announcement waits for it, and no others pile up.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  #poller: Poller | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Resolves after the first announcement. */
  async start(): Promise<void> {
    const { onError } = this.#options;
    await this.#announce().catch(onError);
    this.#poller = new Poller({ everyMs: INTERVAL_MS, work: () => this.#announce(), onError });
  }

  async close(): Promise<void> {
    const { directory, worker } = this.#options;
    await this.#poller?.close();
    await directory.withdraw(worker);
  }

  async #announce(): Promise<void> {
    const { directory, report, onWorkers } = this.#options;
    await directory.announce(await report());
    onWorkers(await directory.list());
  }
}
