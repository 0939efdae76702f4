import type { DueExecutions, Outages } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';
import { withScripts } from './scripts.ts';

const KEPT_SECONDS = 90 * 24 * 3600;

/** Stores for each outage a hash, and a sorted set of the waiting executions. */
export class RedisOutages implements Outages {
  readonly #redis: Redis;
  readonly #run;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#run = withScripts(redis);
  }

  async failed(name: string, begun: Date, intervals: readonly number[]): Promise<Date | null> {
    const args = [Date.now(), begun.getTime(), ...intervals];
    const until = Number(await this.#run('outageFailed', keysOf(name), args));
    return until < 0 ? null : new Date(until);
  }

  async blockedUntil(name: string, executionId: string): Promise<Date | null> {
    const until = Number(await this.#run('outageBlocked', keysOf(name), [Date.now(), executionId]));
    return until === 0 ? null : new Date(until);
  }

  async joined(name: string, executionId: string, from: Date): Promise<void> {
    const key = KEYS.outageWaiting(name);
    const stored = this.#redis.multi().zadd(key, from.getTime(), executionId).expire(key, KEPT_SECONDS);
    await answered(stored.exec());
  }

  async worked(name: string, begun: Date, executionId: string): Promise<void> {
    await this.#run('outageWorked', keysOf(name), [Date.now(), begun.getTime(), executionId]);
  }

  async due(name: string, probe: boolean): Promise<DueExecutions> {
    const args = [Date.now(), probe ? '1' : '0'];
    const [isOver, ...executionIds] = (await this.#run('outageDue', keysOf(name), args)) as string[];
    return { isOver: isOver === '1', executionIds };
  }

  async left(name: string, executionId: string): Promise<void> {
    await answered(this.#redis.zrem(KEYS.outageWaiting(name), executionId));
  }
}

function keysOf(name: string): string[] {
  return [KEYS.outage(name), KEYS.outageWaiting(name)];
}
