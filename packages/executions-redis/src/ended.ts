import type { EndedExecutions } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS, keysOf } from './keys.ts';
import { withScripts } from './scripts.ts';

/** The ended executions: an index by time, and one of those whose log is in Redis still. */
export class RedisEndedExecutions implements EndedExecutions {
  readonly #redis: Redis;
  readonly #run;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#run = withScripts(redis);
  }

  async toArchive(before: number, limit: number): Promise<string[]> {
    return await this.#before(KEYS.toArchive, before, limit);
  }

  async forget(executionId: string, head: number): Promise<boolean> {
    return (await this.#run('forget', keysOf(executionId), [executionId, head])) === 1;
  }

  async toPrune(before: number, keep: number, limit: number): Promise<string[]> {
    const old = await this.#before(KEYS.ended, before, limit);
    const surplus = ((await answered(this.#redis.zcard(KEYS.ended))) ?? 0) - keep;
    if (old.length > 0 || surplus <= 0) return old;
    return (await answered(this.#redis.zrange(KEYS.ended, 0, String(Math.min(surplus, limit) - 1)))) ?? [];
  }

  async prune(executionId: string): Promise<void> {
    await this.#run('prune', keysOf(executionId), [executionId]);
  }

  async #before(index: string, before: number, limit: number): Promise<string[]> {
    const found = this.#redis.zrange(index, '-inf', `(${String(before)}`, 'BYSCORE', 'LIMIT', 0, limit);
    return (await answered(found)) ?? [];
  }
}
