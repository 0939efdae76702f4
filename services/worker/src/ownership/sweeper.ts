import type { SignsOfLife } from '@cc-executor/agents';
import { Rounds, type ExecutionStore, type HeldExecution } from '@cc-executor/executions';

/** How often it looks, in milliseconds. */
const LOOK_MS = 1000;
/** An owner whose heartbeat stood still for so long is asked whether it can give up, in milliseconds. */
const ASK_MS = 7000;
/**
 * An owner of which no sign of life was seen for so long is taken for lost, in milliseconds. Longer than its guardian
 * needs to find a worker frozen and to end what it has started (5 s and 2 s), so that nothing of the old owner meets the
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
 * Finds executions whose owner is gone. An owner has two signs of life: its heartbeat in Redis, and a file that its
 * guardian changes. While only the heartbeat stands still, the owner is cut off, and is asked to give up; when it has,
 * or when both stand still, its ownership ends. No clock of anybody else is trusted: what counts is that this process
 * itself has looked again and again, for so long, and always seen the same. A laptop that slept or a Redis that was
 * away makes looks fail or come late, and so costs no ownership.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #seen = new Map<string, { held: HeldExecution; stillMs: number }>();
  readonly #rounds: Rounds;
  #lastLook = performance.now();

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#rounds = new Rounds({ everyMs: LOOK_MS, work: () => this.#look(), onError: options.onError });
  }

  async close(): Promise<void> {
    await this.#rounds.close();
  }

  async #look(): Promise<void> {
    const held = await this.#options.store.held();
    const now = performance.now();
    // However late this look is, it is one look: it counts for little more than the time between two.
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
    // An owner that has given up never goes on, whatever it may still send.
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
