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

  async toArchive(before: number, limit: number, skip: number): Promise<string[]> {
    const end = `(${String(before)}`;
    const found = this.#redis.zrange(KEYS.toArchive, '-inf', end, 'BYSCORE', 'LIMIT', skip, limit);
    return (await answered(found)) ?? [];
  }

  async forget(executionId: string, head: number): Promise<boolean> {
    return (await this.#run('forget', keysOf(executionId), [executionId, head])) === 1;
  }

  async toPrune(before: number, keep: number, limit: number, skip: number): Promise<string[]> {
    const old = (await answered(this.#redis.zcount(KEYS.ended, '-inf', `(${String(before)}`))) ?? 0;
    const all = (await answered(this.#redis.zcard(KEYS.ended))) ?? 0;
    // Both are the first ones by time.
    const end = Math.min(skip + limit, Math.max(old, all - keep));
    if (end <= skip) return [];
    return (await answered(this.#redis.zrange(KEYS.ended, skip, String(end - 1)))) ?? [];
  }

  async isWanted(turn: string): Promise<boolean> {
    return (await this.#run('wanted', [], [turn])) === 1;
  }

  async prune(executionId: string): Promise<void> {
    await this.#run('prune', keysOf(executionId), [executionId]);
  }
}
