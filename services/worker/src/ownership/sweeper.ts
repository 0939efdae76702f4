import type { SignsOfLife } from '@cc-executor/agents';
import type { ExecutionStore, HeldExecution } from '@cc-executor/executions';
import { Poller } from '@cc-executor/service-kit/poller';

/** The interval between two checks, in milliseconds. */
const LOOK_MS = 1000;
/** An owner whose heartbeat is unchanged for this long is asked to give up, in milliseconds. */
const ASK_MS = 7000;
/**
 * An owner without any sign of life for this long counts as lost, in milliseconds. Longer than its guardian
 * needs to detect a frozen worker and to end its processes (5 s and 2 s), so that nothing of the old owner meets the
 * new one; and short enough to continue within 15 s.
 */
export const STILL_MS = 9000;

export interface SweeperOptions {
  store: Pick<ExecutionStore, 'held' | 'expire'>;
  signs: SignsOfLife;
  onLost: (lost: HeldExecution) => void;
  onError: (error: unknown) => void;
}

/**
 * Finds executions whose owner is lost. An owner has two signs of life: its heartbeat in Redis, and a file that its
 * guardian changes. Where the guardian has seen the owner end, the lease ends at once. While only the heartbeat is unchanged, the
 * owner is cut off, and is asked to give up; when it has, or when both are unchanged, its lease ends. No other clock is trusted: what counts is that this process
 * itself has checked repeatedly, for that long, and always seen the same. A laptop that slept or a Redis that was
 * unavailable makes checks fail or come late, and so costs no lease.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #seen = new Map<string, { held: HeldExecution; stillMs: number }>();
  readonly #poller: Poller;
  #lastLook = performance.now();

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#poller = new Poller({ everyMs: LOOK_MS, work: () => this.#look(), onError: options.onError });
  }

  async close(): Promise<void> {
    await this.#poller.close();
  }

  async #look(): Promise<void> {
    const held = await this.#options.store.held();
    const now = performance.now();
    // However late this check is, it is one check: it counts for little more than one interval.
    const step = Math.min(now - this.#lastLook, LOOK_MS * 1.5);
    await this.#options.signs.look(step, held);
    this.#lastLook = now;
    const ids = new Set(held.map(({ executionId }) => executionId));
    for (const id of this.#seen.keys()) if (!ids.has(id)) this.#seen.delete(id);
    for (const one of held) await this.#judge(one, step).catch(this.#options.onError);
  }

  async #judge(held: HeldExecution, step: number): Promise<void> {
    const before = this.#seen.get(held.executionId);
    const isSame = before?.held.generation === held.generation && before.held.beat === held.beat;
    const stillMs = isSame ? before.stillMs + step : 0;
    this.#seen.set(held.executionId, { held, stillMs });
    const { store, signs, onLost } = this.#options;
    const sign = signs.of(held);
    // An owner that has given up never continues, whatever it may still send.
    if (sign !== 'yielded') {
      if (stillMs < ASK_MS) return;
      if (sign === 'moves') return await signs.request(held);
      if (stillMs < STILL_MS) return;
    }
    if (!(await store.expire(held))) return;
    this.#seen.delete(held.executionId);
    await signs.forget(held);
    onLost(held);
  }
}
