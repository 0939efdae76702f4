import type { Launch } from './launch.ts';
import { GRACE_MS } from './kill-all.ts';
import { LocalProcess, type LocalLauncherOptions } from './local-process.ts';
import { leftoversOf } from './leftovers.ts';
import { notStarted } from './not-started.ts';
import { Spares } from './spares.ts';
import { whyNotStarted } from './why-not-started.ts';

/** Starts processes of this machine, each as the leader of its own group. */
export class LocalLauncher {
  readonly #running = new Set<LocalProcess>();
  readonly #options: LocalLauncherOptions;
  readonly #spares: Spares | null;

  constructor(options: LocalLauncherOptions = {}) {
    this.#options = options;
    this.#spares = options.startsAhead === true ? new Spares() : null;
  }

  readonly launch: Launch = (spec) => {
    try {
      const started = new LocalProcess(spec, this.#options, this.#spares);
      this.#running.add(started);
      started.exited.finally(() => this.#running.delete(started)).catch(() => undefined);
      return started;
    } catch (error) {
      // Node reports some start errors at once, and others later.
      return notStarted(whyNotStarted(spec, error as Error));
    }
  };

  /** Kills everything that was started. For a process that must exit at once. */
  async killAll(): Promise<void> {
    await Promise.all([this.close(), ...[...this.#running].map((started) => started.end(0))]);
  }

  /** Ends what was started ahead, and starts no more so. Resolves when it has ended. */
  async close(): Promise<void> {
    await this.#spares?.close();
  }

  /** How the processes of an attempt are found. */
  get processes(): 'cgroup' | 'group and mark' {
    return this.#options.cgroups ? 'cgroup' : 'group and mark';
  }

  /**
   * Ends the processes that a dead worker left of an execution on this machine, and returns how a log names them. The
   * guardian of that worker has done so already, unless it died too. Linux only: elsewhere the environment of processes
   * cannot be read, and only the guardian protects.
   */
  async endLeftovers(executionId: string): Promise<string[]> {
    const pids = await leftoversOf(executionId, this.#options.cgroups ?? null);
    return pids.map(String);
  }

  /** Ends the processes of an execution soon. */
  async endOf(executionId: string): Promise<void> {
    const those = [...this.#running].filter((started) => started.executionId === executionId);
    await Promise.all(those.map((started) => started.end(GRACE_MS)));
  }
}
