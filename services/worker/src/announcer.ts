import type { WorkerDirectory, WorkerReport } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';

/** Four of these fit into the time after which a worker counts as gone. Milliseconds. */
const INTERVAL_MS = 2000;

export interface AnnouncerOptions {
  directory: WorkerDirectory;
  logger: Logger;
  report: () => Promise<WorkerReport>;
  /** Called after each time with all workers that are alive. */
  onWorkers: (workers: WorkerReport[]) => void;
}

/** Tells the others, again and again, that this worker is alive, and what it is; and hears who they are. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  #timer: NodeJS.Timeout | undefined;
  #announcing: Promise<void> = Promise.resolve();

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Resolves when it was told once. */
  async start(): Promise<void> {
    await this.#announce();
    this.#timer = setInterval(() => {
      this.#announcing = this.#announce();
    }, INTERVAL_MS);
  }

  async close(): Promise<void> {
    const { directory, report } = this.#options;
    clearInterval(this.#timer);
    await this.#announcing;
    await directory.withdraw((await report()).worker);
  }

  async #announce(): Promise<void> {
    const { directory, logger, report, onWorkers } = this.#options;
    try {
      await directory.announce(await report());
      onWorkers(await directory.list());
    } catch (error) {
      logger.warn({ err: error }, 'could not tell that this worker is alive');
    }
  }
}
