import type { Suspects } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';

/** A key with the execution that is being tried; it expires by itself. */
export class RedisSuspects implements Suspects {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async take(executionId: string, forMs: number): Promise<Date | null> {
    const [key, redis] = [KEYS.suspect, this.#redis];
    const taken = await answered(redis.set(key, executionId, 'PX', forMs, 'NX'));
    if (taken === 'OK') return null;
    const [holder, left] = await Promise.all([answered(redis.get(key)), answered(redis.pttl(key))]);
    return holder === executionId ? null : new Date(Date.now() + Math.max(left ?? 0, 0));
  }
}
