import { HOOK_RESULTS, type HookRunView } from '@cc-executor/contracts';

/** The number of recent runs that are kept. */
const KEPT = 20;

/** Records the runs of hooks since the start of this process. */
export class HookBook {
  readonly #recent: HookRunView[] = [];
  readonly #counts = new Map<string, number>(['runs', ...HOOK_RESULTS].map((name) => [name, 0]));

  /** Newest first. */
  get recent(): HookRunView[] {
    return [...this.#recent];
  }

  get statistics(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  add(run: HookRunView): void {
    this.#recent.unshift(run);
    this.#recent.length = Math.min(this.#recent.length, KEPT);
    for (const name of ['runs', run.result]) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}
