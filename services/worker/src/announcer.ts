import type { WorkerDirectory, WorkerReport } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';

/** Three of these fit into the time after which a worker counts as gone. Milliseconds. */
const INTERVAL_MS = 4000;

/** Tells the others, again and again, that this worker is alive, and what it is. */
export class Announcer {
  readonly #directory: WorkerDirectory;
  readonly #logger: Logger;
  readonly #report: () => Promise<WorkerReport>;
  #timer: NodeJS.Timeout | undefined;
  #announcing: Promise<void> = Promise.resolve();

  constructor(directory: WorkerDirectory, logger: Logger, report: () => Promise<WorkerReport>) {
    this.#directory = directory;
    this.#logger = logger;
    this.#report = report;
  }

  /** Resolves when it was told once. */
  async start(): Promise<void> {
    await this.#announce();
    this.#timer = setInterval(() => {
      this.#announcing = this.#announce();
    }, INTERVAL_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#announcing;
    await this.#directory.withdraw((await this.#report()).worker);
  }

  async #announce(): Promise<void> {
    try {
      await this.#directory.announce(await this.#report());
    } catch (error) {
      this.#logger.warn({ err: error }, 'could not tell that this worker is alive');
    }
  }
}
