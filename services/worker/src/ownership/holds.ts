import { Rounds, type ExecutionStore } from '@cc-executor/executions';
import { setTimeout as delay } from 'node:timers/promises';

/** The states that an execution can have while a worker holds it. */
export const HELD = ['running', 'paused', 'cancelling'] as const;

/** Why a worker stops working on an execution that it holds. */
export type Interruption =
  /** It is being cancelled. */
  | 'cancelled'
  /** The worker is asked to stop. */
  | 'drained'
  /** It was paused, and nothing of it runs. */
  | 'paused'
  /** Another worker holds it now. */
  | 'lost';

/** An execution that this worker holds. */
export class Hold {
  readonly executionId: string;
  readonly generation: number;
  readonly token: string;
  /** When Redis was last asked and confirmed it, by `performance.now()`. */
  confirmedAt: number;
  readonly #listeners = new Set<(why: Interruption) => void>();
  readonly #pauseListeners = new Set<(paused: boolean) => void>();
  #first: Interruption | undefined;
  #paused = false;
  #finishing = false;

  constructor(
    executionId: string,
    { generation, token }: { generation: number; token: string },
    askedAt: number,
  ) {
    this.executionId = executionId;
    this.confirmedAt = askedAt;
    this.generation = generation;
    this.token = token;
  }

  /** The first reason to stop; undefined while there is none. */
  get interruption(): Interruption | undefined {
    return this.#first;
  }

  /** Calls `listener` once when there is a reason to stop, at once when there is one already; gives what undoes it. */
  onInterruption(listener: (why: Interruption) => void): () => void {
    if (this.#first) listener(this.#first);
    else this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** True when no further task is to begin here. */
  get isFinishing(): boolean {
    return this.#finishing;
  }

  finish(): void {
    this.#finishing = true;
  }

  /** True while the execution is paused. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Calls `listener` at each change, and at once when it is paused; gives what undoes it. */
  onPause(listener: (paused: boolean) => void): () => void {
    this.#pauseListeners.add(listener);
    if (this.#paused) listener(true);
    return () => {
      this.#pauseListeners.delete(listener);
    };
  }

  setPaused(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    for (const listener of this.#pauseListeners) listener(paused);
  }

  /** The first reason stands, except that a lost hold is lost whatever came before. */
  interrupt(why: Interruption): void {
    if (this.#first === undefined || why === 'lost') this.#first = why;
    for (const listener of this.#listeners) listener(why);
    this.#listeners.clear();
  }
}

/** How often a worker says that it lives, in milliseconds. A cancel is also told at once; this is its safety net. */
const BEAT_MS = 1000;
/** So long after a confirmation an ownership is taken for certain: some beats, and less than any sweeper waits. Milliseconds. */
const CERTAIN_MS = 4000;

export interface HoldsOptions {
  store: Pick<ExecutionStore, 'heartbeat'>;
  onError: (error: unknown) => void;
  /** Called with how many executions are held, at each change. */
  onCount?: (count: number) => void;
}

/** The executions that this worker holds: says that their owner lives, and hears when somebody changed their state. */
export class Holds {
  readonly #options: HoldsOptions;
  readonly #holds = new Set<Hold>();
  readonly #rounds: Rounds;
  #draining = false;
  #finishing = false;

  constructor(options: HoldsOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      everyMs: BEAT_MS,
      // What is lost is not renewed: somebody else is to have it.
      work: () => this.#hear([...this.#holds].filter((hold) => hold.interruption !== 'lost')),
      onError: options.onError,
    });
  }

  /** Returns how many executions this worker has. */
  get count(): number {
    return this.#holds.size;
  }

  /** `askedAt`: when it was claimed, by `performance.now()`; the answer may have been late. */
  take(
    executionId: string,
    claim: { generation: number; token: string },
    askedAt: number = performance.now(),
  ): Hold {
    const hold = new Hold(executionId, claim, askedAt);
    this.#holds.add(hold);
    this.#options.onCount?.(this.#holds.size);
    if (this.#finishing) hold.finish();
    if (this.#draining) hold.interrupt('drained');
    return hold;
  }

  release(hold: Hold): void {
    this.#holds.delete(hold);
    this.#options.onCount?.(this.#holds.size);
  }

  /** Somebody changed the state of an execution: looks at once, if it is held here. */
  look(executionId: string): void {
    for (const hold of this.#holds)
      if (hold.executionId === executionId) {
        this.beat();
        return;
      }
  }

  /** Says that this worker lives, and hears the states of what it holds. */
  beat(): void {
    this.#rounds.soon();
  }

  /** Lets the tasks that run come to their end, and gives everything back before the next one begins. */
  finish(): void {
    this.#finishing = true;
    for (const hold of this.#holds) hold.finish();
  }

  /** Gives everything back that is held, and what is taken from now on. */
  drain(): void {
    this.#draining = true;
    for (const hold of this.#holds) hold.interrupt('drained');
  }

  /** Asks whether an execution is still held here, for what can't be undone; true where nobody can tell now. */
  async confirm(hold: Hold): Promise<boolean> {
    await this.#hear([hold]).catch(this.#options.onError);
    return hold.interruption !== 'lost';
  }

  /**
   * Resolves when it is certain that an execution is still held here, or when it is not any more; while Redis is away,
   * that is when it is back. Nothing may be started for it before.
   */
  async certain(hold: Hold): Promise<void> {
    while (hold.interruption !== 'lost' && !isCertain(hold)) {
      const interrupted = Promise.withResolvers<void>();
      const undo = hold.onInterruption(() => interrupted.resolve());
      await Promise.race([this.confirm(hold), interrupted.promise]);
      undo();
      if (hold.interruption !== undefined) return;
      if (!isCertain(hold)) await delay(BEAT_MS);
    }
  }

  /**
   * A sweeper sees no heartbeat of an execution: gives it up unless Redis has confirmed it just now. True when it is
   * not held here any more; then nothing is started for it.
   */
  yieldUp(executionId: string, generation: number): boolean {
    for (const hold of this.#holds) {
      if (hold.executionId !== executionId || hold.generation !== generation) continue;
      if (hold.interruption !== 'lost' && isCertain(hold)) return false;
      hold.interrupt('lost');
    }
    return true;
  }

  /** Gives up all that is not certain, where no sweeper can ask for it. Returns the ids of these executions. */
  yieldUncertain(): string[] {
    const uncertain = [...this.#holds].filter((hold) => hold.interruption !== 'lost' && !isCertain(hold));
    for (const hold of uncertain) hold.interrupt('lost');
    return uncertain.map(({ executionId }) => executionId);
  }

  async close(): Promise<void> {
    await this.#rounds.close();
  }

  async #hear(holds: readonly Hold[]): Promise<void> {
    const askedAt = performance.now();
    const states = await this.#options.store.heartbeat(holds);
    holds.forEach((hold, index) => {
      if (states[index] === 'stale') hold.interrupt('lost');
      else hold.confirmedAt = askedAt;
      if (states[index] === 'cancelling') hold.interrupt('cancelled');
      if (states[index] === 'paused') hold.setPaused(true);
      if (states[index] === 'running') hold.setPaused(false);
    });
  }
}

function isCertain(hold: Hold): boolean {
  return performance.now() - hold.confirmedAt < CERTAIN_MS;
}
