import type { AttemptEnd } from '@cc-executor/contracts';
import { availableMemory, loadPerCore } from '@cc-executor/service-kit';
import { cpus } from 'node:os';
import { Following, type MachineSample } from './following.ts';
import { Gpus, type GpuOptions } from './gpus.ts';

/** The load of this worker's machine. A sample takes less than a millisecond; the announcer takes them. */
export class Machine {
  readonly #gpus: Gpus;
  readonly #following = new Set<Following>();
  #times = timesOf();
  #latest: MachineSample;

  constructor(options: GpuOptions) {
    this.#gpus = new Gpus(options);
    this.#latest = { load_per_core: loadPerCore(), cpu_busy: null, available_memory: null, gpus: [] };
  }

  /** Takes a sample now. */
  async look(): Promise<MachineSample> {
    const before = this.#times;
    this.#times = timesOf();
    const [idle, all] = [this.#times.idle - before.idle, this.#times.all - before.all];
    this.#latest = {
      load_per_core: loadPerCore(),
      cpu_busy: all > 0 ? Math.max(0, 1 - idle / all) : this.#latest.cpu_busy,
      available_memory: await availableMemory(),
      gpus: this.#gpus.latest,
    };
    for (const following of this.#following) following.add(this.#latest);
    return this.#latest;
  }

  /** Follows it until the returned function is called, which returns what was seen, including the previous sample. */
  follow(): () => NonNullable<AttemptEnd['machine']> {
    const following = new Following(this.#latest);
    this.#following.add(following);
    return () => {
      this.#following.delete(following);
      return following.seen;
    };
  }

  async close(): Promise<void> {
    await this.#gpus.close();
  }
}

/** The time of all processors since the machine started, in milliseconds. */
function timesOf(): { idle: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    all: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
  };
}
