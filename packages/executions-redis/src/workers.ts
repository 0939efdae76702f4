import type { WorkerDirectory, WorkerReport } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';

/**
 * A worker that has not announced itself for this long counts as dead; it does so every 2 s. Shorter than the time until its
 * executions are taken over, so that its share of the machine's agents is free by then.
 */
const GONE_SECONDS = 8;

/** The workers that are alive, by their announcements. */
export class RedisWorkerDirectory implements WorkerDirectory {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async announce(report: WorkerReport): Promise<void> {
    const said = this.#redis.multi();
    said.sadd(KEYS.workers, report.worker);
    said.set(KEYS.worker(report.worker), JSON.stringify(report), 'EX', GONE_SECONDS);
    await answered(said.exec());
  }

  async withdraw(worker: string): Promise<void> {
    const said = this.#redis.multi();
    said.srem(KEYS.workers, worker);
    said.del(KEYS.worker(worker));
    await answered(said.exec());
  }

  async list(): Promise<WorkerReport[]> {
    const names = (await answered(this.#redis.smembers(KEYS.workers))) ?? [];
    if (names.length === 0) return [];
    const reports = (await answered(this.#redis.mget(...names.map((name) => KEYS.worker(name))))) ?? [];
    const gone = names.filter((_, index) => reports[index] === null);
    if (gone.length > 0) await answered(this.#redis.srem(KEYS.workers, ...gone));
    return reports.flatMap((report) => (report ? [JSON.parse(report) as WorkerReport] : []));
  }
}
