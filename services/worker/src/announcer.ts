import { Rounds, type WorkerDirectory, type WorkerReport } from '@cc-executor/executions';

/** Four of these fit into the time after which a worker counts as gone. Milliseconds. */
const INTERVAL_MS = 2000;

export interface AnnouncerOptions {
  directory: WorkerDirectory;
  /** Its name. */
  worker: string;
  onError: (error: unknown) => void;
  report: () => Promise<WorkerReport>;
  /** Called after each time with all workers that are alive. */
  onWorkers: (workers: WorkerReport[]) => void;
}

/**
 * Tells the others, again and again, that this worker is alive, and what it is; and hears who they are. While Redis is
 * away, one telling waits for it, and no others pile up behind that.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  #rounds: Rounds | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Resolves when it was told once. */
  async start(): Promise<void> {
    const { onError } = this.#options;
    await this.#announce().catch(onError);
    this.#rounds = new Rounds({ everyMs: INTERVAL_MS, work: () => this.#announce(), onError });
  }

  async close(): Promise<void> {
    const { directory, worker } = this.#options;
    await this.#rounds?.close();
    await directory.withdraw(worker);
  }

  async #announce(): Promise<void> {
    const { directory, report, onWorkers } = this.#options;
    await directory.announce(await report());
    onWorkers(await directory.list());
  }
}
