import type { AttemptEnd } from '@cc-executor/contracts';
import type { WorkerReport } from '@cc-executor/executions';

/** One sample of a machine. */
export type MachineSample = NonNullable<WorkerReport['machine']>;

/** The load of a machine during one attempt. */
export class Following {
  readonly #load: number;
  readonly #cpu = new Mean();
  readonly #gpu = new Mean();
  #memory: number | null = null;

  constructor(first: MachineSample) {
    this.#load = first.load_per_core;
    this.add(first);
  }

  add({ cpu_busy, available_memory, gpus }: MachineSample): void {
    this.#cpu.add(cpu_busy);
    for (const { busy } of gpus) this.#gpu.add(busy);
    if (available_memory !== null) this.#memory = Math.min(this.#memory ?? Infinity, available_memory);
  }

  get seen(): NonNullable<AttemptEnd['machine']> {
    return {
      load_per_core: rounded(this.#load),
      cpu_busy: this.#cpu.value,
      available_memory: this.#memory,
      gpu_busy: this.#gpu.value,
    };
  }
}

class Mean {
  #sum = 0;
  #count = 0;

  add(value: number | null): void {
    if (value === null) return;
    this.#sum += value;
    this.#count += 1;
  }

  /** Null if there was none. */
  get value(): number | null {
    return this.#count === 0 ? null : rounded(this.#sum / this.#count);
  }
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
