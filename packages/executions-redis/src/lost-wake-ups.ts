import { Rounds, type Lane } from '@cc-executor/executions';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { KEYS, keysOf } from './keys.ts';
import { queueName } from './lanes.ts';
import { withScripts } from './scripts.ts';

/** How often it looks, in milliseconds. */
const LOOK_MS = 2000;

/**
 * Finds wake-ups that a consumer took and then died with, before it had claimed anything: they are asked for again. One
 * whose execution is claimed is taken away as well; a wake-up too many is harmless.
 */
export class LostWakeUps {
  readonly #redis: Redis;
  readonly #queue: Queue<{ executionId: string }>;
  readonly #run;
  readonly #rounds: Rounds;

  constructor(redis: Redis, lane: Lane, onError: (error: unknown) => void) {
    this.#redis = redis;
    const options = { connection: redis, prefix: KEYS.queues, skipWaitingForReady: true };
    this.#queue = new Queue(queueName(lane), options);
    this.#queue.on('error', onError);
    this.#run = withScripts(redis);
    this.#rounds = new Rounds({ everyMs: LOOK_MS, work: () => this.#look(), onError });
  }

  async close(): Promise<void> {
    await this.#rounds.close();
    await this.#queue.close();
  }

  async #look(): Promise<void> {
    const faults: unknown[] = [];
    for (const { id, data } of await this.#queue.getActive()) {
      try {
        // A consumer that lives keeps its job locked.
        if (id === undefined || (await this.#redis.exists(this.#queue.toKey(`${id}:lock`)))) continue;
        await this.#run('wake', keysOf(data.executionId), [data.executionId, 0, '']);
        await this.#queue.remove(id);
      } catch (error) {
        // One that can't be mended holds up no other.
        faults.push(error);
      }
    }
    if (faults.length > 0)
      throw new AggregateError(faults, 'wake-ups that were lost could not be asked for again');
  }
}
