import type { DueExecutions, Outages } from '@cc-executor/executions';
import { outageIntervals } from '../backoff.ts';

/** What keeps prompts from working: the API fails or is not reached; the credential is refused. */
export const OBSTACLES = ['outage', 'refusal'] as const;
export type Obstacle = (typeof OBSTACLES)[number];

export interface ModelReachOptions {
  outages: Outages;
  /** How each is named, so that workers with the same API, or the same credential, share what they know. */
  names: Readonly<Record<Obstacle, string>>;
  /** The longest time between two tries in an outage, in milliseconds. */
  longestInterval: number;
  /** How long after each refusal a credential that has worked is tried again, in milliseconds. */
  credentialIntervals: readonly number[];
}

/** Whether the model can be reached by this worker's agents, and takes their credential, as far as all workers know. */
export class ModelReach {
  readonly #outages: Outages;
  readonly #names: ModelReachOptions['names'];
  /** Milliseconds before each further try. */
  readonly intervals: Readonly<Record<Obstacle, readonly number[]>>;

  constructor({ outages, names, longestInterval, credentialIntervals }: ModelReachOptions) {
    this.#outages = outages;
    this.#names = names;
    this.intervals = { outage: outageIntervals(longestInterval), refusal: credentialIntervals };
  }

  /** Notes an attempt that failed. Returns when the next may be made; null: not by itself, as `isRetried` is false. */
  async failed(obstacle: Obstacle, begun: Date, isRetried: boolean): Promise<Date | null> {
    return await this.#outages.failed(
      this.#names[obstacle],
      begun,
      isRetried ? this.intervals[obstacle] : [],
    );
  }

  /** Returns until when this execution is to make no attempt; null: it may, alone where there is an obstacle. */
  async blockedUntil(obstacle: Obstacle, executionId: string): Promise<Date | null> {
    return await this.#outages.blockedUntil(this.#names[obstacle], executionId);
  }

  /** Notes that an execution stands still because of it, and may be resumed from `from` on. */
  async joined(obstacle: Obstacle, executionId: string, from = new Date()): Promise<void> {
    await this.#outages.joined(this.#names[obstacle], executionId, from);
  }

  /** Notes that the model has answered an attempt of this execution that began at `begun`. */
  async answered(begun: Date, executionId: string): Promise<void> {
    const { outage, refusal } = this.#names;
    await Promise.all([outage, refusal].map((name) => this.#outages.worked(name, begun, executionId)));
  }

  /** Returns the executions to resume. An execution in an outage wakes up by itself to try; a paused one does not. */
  async due(obstacle: Obstacle): Promise<DueExecutions> {
    return await this.#outages.due(this.#names[obstacle], obstacle === 'refusal');
  }

  async left(obstacle: Obstacle, executionId: string): Promise<void> {
    await this.#outages.left(this.#names[obstacle], executionId);
  }
}
