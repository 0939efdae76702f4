import type { ExecutionStore } from '@cc-executor/executions';
import { Poller } from '@cc-executor/service-kit/poller';
import { setTimeout as delay } from 'node:timers/promises';

/** The states of an execution while a worker has its lease. */
export const LEASED_STATES = ['running', 'paused', 'cancelling'] as const;

/** Why a worker stops working on an execution. */
export type Interruption =
  /** It is being cancelled. */
  | 'cancelled'
  /** The worker was asked to stop. */
  | 'drained'
  /** It was paused, and none of its processes runs. */
  | 'paused'
  /** Another worker has its lease. */
  | 'lost';

/** An execution whose lease this worker has. */
export class Lease {
  readonly executionId: string;
  readonly generation: number;
  readonly token: string;
  /** When the last request that Redis confirmed was sent, by `performance.now()`. */
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

  /** Calls `listener` once when there is a reason to stop, or at once if there is one. Returns a function that removes it. */
  onInterruption(listener: (why: Interruption) => void): () => void {
    if (this.#first) listener(this.#first);
    else this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** True if no further task may start here. */
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

  /** Calls `listener` at each change, and at once if it is paused. Returns a function that removes it. */
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

  /** The first reason stays, except that a lost lease replaces any other. */
  interrupt(why: Interruption): void {
    if (this.#first === undefined || why === 'lost') this.#first = why;
    for (const listener of this.#listeners) listener(why);
    this.#listeners.clear();
  }
}

/** The interval of heartbeats, in milliseconds. A cancel is also published at once; heartbeats are its safety net. */
const BEAT_MS = 1000;
/** How long a confirmed lease counts as certain: some heartbeats, and less than any sweeper waits. Milliseconds. */
const CERTAIN_MS = 4000;

export interface LeasesOptions {
  store: Pick<ExecutionStore, 'heartbeat'>;
  onError: (error: unknown) => void;
  /** Called with the number of leases at each change. */
  onCount?: (count: number) => void;
}

/** The leases of this worker: renews them, and receives changes of their executions' states. */
export class Leases {
  readonly #options: LeasesOptions;
  readonly #leases = new Set<Lease>();
  readonly #poller: Poller;
  #draining = false;
  #finishing = false;

  constructor(options: LeasesOptions) {
    this.#options = options;
    this.#poller = new Poller({
      everyMs: BEAT_MS,
      // A lost lease is not renewed: another worker will have it.
      work: () => this.#renew([...this.#leases].filter((lease) => lease.interruption !== 'lost')),
      onError: options.onError,
    });
  }

  /** The number of leases of this worker. */
  get count(): number {
    return this.#leases.size;
  }

  /** `askedAt`: when the claim was sent, by `performance.now()`; the answer may have been late. */
  acquire(
    executionId: string,
    claim: { generation: number; token: string },
    askedAt: number = performance.now(),
  ): Lease {
    const lease = new Lease(executionId, claim, askedAt);
    this.#leases.add(lease);
    this.#options.onCount?.(this.#leases.size);
    if (this.#finishing) lease.finish();
    if (this.#draining) lease.interrupt('drained');
    return lease;
  }

  release(lease: Lease): void {
    this.#leases.delete(lease);
    this.#options.onCount?.(this.#leases.size);
  }

  /** Checks an execution at once after a change of its state, if its lease is here. */
  recheck(executionId: string): void {
    for (const lease of this.#leases)
      if (lease.executionId === executionId) {
        this.renewSoon();
        return;
      }
  }

  /** Renews the leases, and receives the states of their executions. */
  renewSoon(): void {
    this.#poller.soon();
  }

  /** Lets the running tasks finish, and releases everything before the next one starts. */
  finish(): void {
    this.#finishing = true;
    for (const lease of this.#leases) lease.finish();
  }

  /** Releases all leases, and those that are taken from now on. */
  drain(): void {
    this.#draining = true;
    for (const lease of this.#leases) lease.interrupt('drained');
  }

  /** Re-checks the lease before an irreversible step; true if that is not possible now. */
  async confirm(lease: Lease): Promise<boolean> {
    await this.#renew([lease]).catch(this.#options.onError);
    return lease.interruption !== 'lost';
  }

  /**
   * Resolves when it is certain that the lease is still here, or that it is lost; while Redis is unavailable,
   * that is when it is back. Nothing may be started before.
   */
  async certain(lease: Lease): Promise<void> {
    while (lease.interruption !== 'lost' && !isCertain(lease)) {
      const interrupted = Promise.withResolvers<void>();
      const undo = lease.onInterruption(() => interrupted.resolve());
      await Promise.race([this.confirm(lease), interrupted.promise]);
      undo();
      if (lease.interruption !== undefined) return;
      if (!isCertain(lease)) await delay(BEAT_MS);
    }
  }

  /**
   * Called when a sweeper sees no heartbeat of an execution: releases the lease unless Redis has just confirmed it. True if it is
   * no longer here; then nothing is started for it.
   */
  yieldUp(executionId: string, generation: number): boolean {
    for (const lease of this.#leases) {
      if (lease.executionId !== executionId || lease.generation !== generation) continue;
      if (lease.interruption !== 'lost' && isCertain(lease)) return false;
      lease.interrupt('lost');
    }
    return true;
  }

  /** Releases all uncertain leases if no sweeper can request them. Returns the ids of their executions. */
  yieldUncertain(): string[] {
    const uncertain = [...this.#leases].filter((lease) => lease.interruption !== 'lost' && !isCertain(lease));
    for (const lease of uncertain) lease.interrupt('lost');
    return uncertain.map(({ executionId }) => executionId);
  }

  async close(): Promise<void> {
    await this.#poller.close();
  }

  async #renew(leases: readonly Lease[]): Promise<void> {
    const askedAt = performance.now();
    const states = await this.#options.store.heartbeat(leases);
    leases.forEach((lease, index) => {
      if (states[index] === 'stale') lease.interrupt('lost');
      else lease.confirmedAt = askedAt;
      if (states[index] === 'cancelling') lease.interrupt('cancelled');
      if (states[index] === 'paused') lease.setPaused(true);
      if (states[index] === 'running') lease.setPaused(false);
    });
  }
}

function isCertain(lease: Lease): boolean {
  return performance.now() - lease.confirmedAt < CERTAIN_MS;
}
