import { Rounds, type Lane, type WakeUps } from '@cc-executor/executions';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';
import { queueName } from './lanes.ts';
import { withScripts } from './scripts.ts';

const BATCH = 100;
/** Entries that somebody left, because it died, are carried by whoever is alive after at most so long. */
const SWEEP_MS = 1000;

/** Carries wake-ups from the outbox to the queue: each at least once, a surplus one is harmless. */
export class Outbox implements WakeUps {
  readonly #redis: Redis;
  readonly #run;
  readonly #queues: Record<Lane, Queue>;
  readonly #rounds: Rounds;

  constructor(redis: Redis, onError: (error: unknown) => void) {
    this.#redis = redis;
    this.#run = withScripts(redis);
    const options = { connection: redis, prefix: KEYS.queues, skipWaitingForReady: true };
    this.#queues = {
      prompts: new Queue(queueName('prompts'), options),
      commands: new Queue(queueName('commands'), options),
    };
    for (const queue of Object.values(this.#queues)) queue.on('error', onError);
    this.#rounds = new Rounds({ everyMs: SWEEP_MS, work: () => this.#carryAll(), onError });
  }

  relay(): void {
    this.#rounds.soon();
  }

  /** How much waits to be carried, and for how long. */
  async backlog(): Promise<{ waiting: number; oldestSeconds: number }> {
    const [waiting, oldest] = await Promise.all([
      answered(this.#redis.zcount(KEYS.outbox, '-inf', (Date.now() + 1) * 1000)),
      answered(this.#redis.zrange(KEYS.outbox, 0, '0', 'WITHSCORES')),
    ]);
    const since = Number(oldest?.[1] ?? 'NaN') / 1000;
    return {
      waiting: waiting ?? 0,
      oldestSeconds: Number.isNaN(since) ? 0 : Math.max(0, Date.now() - since) / 1000,
    };
  }

  /** Carries what is there, then stops. */
  async close(): Promise<void> {
    await this.#rounds.close();
    await Promise.all(Object.values(this.#queues).map((queue) => queue.close()));
  }

  async #carryAll(): Promise<void> {
    while ((await this.#carry()) === BATCH);
  }

  /** Scores are times in microseconds; what is to come later stays. */
  #dueNow(): Promise<string[]> {
    const now = String((Date.now() + 1) * 1000);
    return this.#redis.zrange(KEYS.outbox, '-inf', now, 'BYSCORE', 'LIMIT', 0, BATCH, 'WITHSCORES');
  }

  async #carry(): Promise<number> {
    const flat = (await answered(this.#dueNow())) ?? [];
    const members = flat.filter((_, index) => index % 2 === 0);
    if (members.length === 0) return 0;
    for (const lane of ['prompts', 'commands'] as const) {
      const ids = members
        .filter((member) => member.startsWith(`${lane} `))
        .map((member) => member.slice(lane.length + 1));
      if (ids.length > 0) await this.#queues[lane].addBulk(ids.map((executionId) => wakeUp(executionId)));
    }
    await this.#run('carried', [KEYS.outbox], flat);
    return members.length;
  }
}

function wakeUp(executionId: string) {
  return { name: 'wake-up', data: { executionId }, opts: { removeOnComplete: true, removeOnFail: true } };
}
