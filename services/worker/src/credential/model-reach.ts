import { backoff } from '@cc-executor/contracts/backoff';
import type { DueExecutions, Outages } from '@cc-executor/executions';

/** The reasons that block prompts: the API fails or is unreachable; the credential is rejected. */
export const OBSTACLES = ['outage', 'refusal'] as const;
export type Obstacle = (typeof OBSTACLES)[number];

export interface ModelReachOptions {
  outages: Outages;
  /** The name of each, so that workers with the same API or the same credential share their knowledge. */
  names: Readonly<Record<Obstacle, string>>;
  /** The longest time between two probes in an outage, in milliseconds. */
  longestInterval: number;
  /** The delay after each rejection before a credential that has worked is retried, in milliseconds. */
  credentialIntervals: readonly number[];
}

/** Tracks, for all workers, whether agents reach the model and whether it accepts their credential. */
export class ModelReach {
  readonly #outages: Outages;
  readonly #names: ModelReachOptions['names'];
  /** The delay before each further try, in milliseconds. */
  readonly intervals: Readonly<Record<Obstacle, readonly number[]>>;

  constructor({ outages, names, longestInterval, credentialIntervals }: ModelReachOptions) {
    this.#outages = outages;
    this.#names = names;
    this.intervals = { outage: outageIntervals(longestInterval), refusal: credentialIntervals };
  }

  /** Records a failed attempt. Returns when the next may be made; null: not automatically, as `isRetried` is false. */
  async failed(obstacle: Obstacle, begun: Date, isRetried: boolean): Promise<Date | null> {
    return await this.#outages.failed(
      this.#names[obstacle],
      begun,
      isRetried ? this.intervals[obstacle] : [],
    );
  }

  /** Returns until when this execution must not make an attempt; null: it may, and during an obstacle it is the only one. */
  async blockedUntil(obstacle: Obstacle, executionId: string): Promise<Date | null> {
    return await this.#outages.blockedUntil(this.#names[obstacle], executionId);
  }

  /** Records that an execution is blocked by it, and may be resumed from `from` on. */
  async joined(obstacle: Obstacle, executionId: string, from = new Date()): Promise<void> {
    await this.#outages.joined(this.#names[obstacle], executionId, from);
  }

  /** Records that the model answered an attempt of this execution that started at `begun`. */
  async answered(begun: Date, executionId: string): Promise<void> {
    const { outage, refusal } = this.#names;
    await Promise.all([outage, refusal].map((name) => this.#outages.worked(name, begun, executionId)));
  }

  /** Returns the executions to resume. An execution in an outage wakes up by itself to probe; a paused one does not. */
  async due(obstacle: Obstacle): Promise<DueExecutions> {
    return await this.#outages.due(this.#names[obstacle], obstacle === 'refusal');
  }

  async left(obstacle: Obstacle, executionId: string): Promise<void> {
    await this.#outages.left(this.#names[obstacle], executionId);
  }
}

/** The first wait in an outage, in milliseconds. */
const OUTAGE_FIRST_MS = 5000;

/** Returns the waits before each further try in an outage: doubled each time up to `longest`, in milliseconds. */
export function outageIntervals(longest: number): number[] {
  const intervals: number[] = [];
  while (intervals.at(-1) !== longest)
    intervals.push(backoff(intervals.length + 1, { first: OUTAGE_FIRST_MS, longest }));
  return intervals;
}
