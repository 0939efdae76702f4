import type { Lane } from '@cc-executor/executions';
import { Poller } from '@cc-executor/service-kit/poller';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { KEYS, keysOf } from './keys.ts';
import { withScripts } from './scripts.ts';

/** The interval between two checks, in milliseconds. */
const LOOK_MS = 2000;

/**
 * Finds wake-ups whose consumer died before it claimed anything, and requests them again. A wake-up
 * whose execution is claimed is removed as well; a surplus wake-up is harmless.
 */
export class LostWakeUps {
  readonly #redis: Redis;
  readonly #queue: Queue<{ executionId: string }>;
  readonly #run;
  readonly #poller: Poller;

  constructor(redis: Redis, lane: Lane, onError: (error: unknown) => void) {
    this.#redis = redis;
    const options = { connection: redis, prefix: KEYS.queues, skipWaitingForReady: true };
    this.#queue = new Queue(lane, options);
    this.#queue.on('error', onError);
    this.#run = withScripts(redis);
    this.#poller = new Poller({ everyMs: LOOK_MS, work: () => this.#look(), onError });
  }

  async close(): Promise<void> {
    await this.#poller.close();
    await this.#queue.close();
  }

  async #look(): Promise<void> {
    const faults: unknown[] = [];
    for (const { id, data } of await this.#queue.getActive()) {
      try {
        // A live consumer keeps its job locked.
        if (id === undefined || (await this.#redis.exists(this.#queue.toKey(`${id}:lock`)))) continue;
        await this.#run('wake', keysOf(data.executionId), [data.executionId, 0, '']);
        await this.#queue.remove(id);
      } catch (error) {
        // One that cannot be repaired does not block the others.
        faults.push(error);
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, 'lost wake-ups could not be requested again');
  }
}
