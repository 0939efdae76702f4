import { isTerminal, type ExecutionStatus } from '@cc-executor/contracts';
import type { EndedExecutions } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS, keysOf } from './keys.ts';
import { withScripts } from './scripts.ts';

/** The ended executions: an index by time, and one of those whose log is still in Redis. */
export class RedisEndedExecutions implements EndedExecutions {
  readonly #redis: Redis;
  readonly #run;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#run = withScripts(redis);
  }

  async toArchive(ageMs: number, limit: number, skip: number): Promise<string[]> {
    const end = await this.#before(ageMs);
    const found = this.#redis.zrange(KEYS.toArchive, '-inf', end, 'BYSCORE', 'LIMIT', skip, limit);
    return (await answered(found)) ?? [];
  }

  async forget(executionId: string, head: number): Promise<boolean> {
    return (await this.#run('forget', keysOf(executionId), [executionId, head])) === 1;
  }

  async toPrune(ageMs: number, keep: number, limit: number, skip: number): Promise<string[]> {
    const old = (await answered(this.#redis.zcount(KEYS.ended, '-inf', await this.#before(ageMs)))) ?? 0;
    const all = (await answered(this.#redis.zcard(KEYS.ended))) ?? 0;
    // Both are sorted by time.
    const end = Math.min(skip + limit, Math.max(old, all - keep));
    if (end <= skip) return [];
    return (await answered(this.#redis.zrange(KEYS.ended, skip, String(end - 1)))) ?? [];
  }

  async isWanted(turn: string): Promise<boolean> {
    return (await this.#run('wanted', [], [turn])) === 1;
  }

  async isRerun(executionId: string): Promise<boolean> {
    const reruns = (await answered(this.#redis.hget(KEYS.execution(executionId), 'reruns'))) ?? '';
    const ids = reruns.split(',').filter((id) => id !== '');
    const found = await Promise.all(
      ids.map((id) => answered(this.#redis.hget(KEYS.execution(id), 'status'))),
    );
    return found.some((status) => !!status && !isTerminal(status as ExecutionStatus));
  }

  async prune(executionId: string): Promise<void> {
    await this.#run('prune', keysOf(executionId), [executionId, new Date().toISOString()]);
  }

  /** Returns the highest score of executions that ended at least this long ago. Scores are times of Redis' own clock. */
  async #before(ageMs: number): Promise<string> {
    const [seconds = 0, micros = 0] = (await answered(this.#redis.time())) ?? [];
    return `(${String(seconds * 1000 + Math.floor(micros / 1000) - ageMs)}`;
  }
}
