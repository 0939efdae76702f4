import type { Lane, WakeUps } from '@cc-executor/executions';
import { Poller } from '@cc-executor/service-kit/poller';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { SLIGHT_MS } from './clock.ts';
import { KEYS } from './keys.ts';
import { withScripts } from './scripts.ts';

const BATCH = 100;
/** Entries of a dead process are relayed by a live one after at most this time. */
const SWEEP_MS = 1000;
/** The interval between two looks for a clock that was set back, in milliseconds. */
const CLOCK_MS = 60_000;
/** The number of waits that are looked at. */
const MOST_WAITS = 10_000;

/** Relays wake-ups from the outbox to the queue, each at least once. A surplus one is harmless. */
export class Outbox implements WakeUps {
  readonly #run;
  readonly #queues: Record<Lane, Queue>;
  readonly #poller: Poller;
  #clockAt = -Infinity;

  constructor(redis: Redis, onError: (error: unknown) => void) {
    this.#run = withScripts(redis);
    const options = { connection: redis, prefix: KEYS.queues, skipWaitingForReady: true };
    this.#queues = {
      prompts: new Queue('prompts', options),
      commands: new Queue('commands', options),
    };
    for (const queue of Object.values(this.#queues)) queue.on('error', onError);
    this.#poller = new Poller({ everyMs: SWEEP_MS, work: () => this.#carryAll(), onError });
  }

  relay(): void {
    this.#poller.soon();
  }

  /** Returns how many wake-ups wait in the outbox, and for how long. */
  async backlog(): Promise<{ waiting: number; oldestSeconds: number }> {
    const [waiting, oldest] = (await this.#run('backlog', [KEYS.outbox], [])) as [number, number];
    return { waiting, oldestSeconds: Math.max(0, oldest) / 1_000_000 };
  }

  /** Relays the waiting wake-ups, then stops. */
  async close(): Promise<void> {
    await this.#poller.close();
    await Promise.all(Object.values(this.#queues).map((queue) => queue.close()));
  }

  async #carryAll(): Promise<void> {
    if (performance.now() - this.#clockAt > CLOCK_MS) {
      await this.#run('set_back', [KEYS.outbox], [MOST_WAITS, SLIGHT_MS]);
      this.#clockAt = performance.now();
    }
    while ((await this.#carry()) === BATCH);
  }

  async #carry(): Promise<number> {
    // Scores are times in microseconds; future ones stay.
    const flat = (await this.#run('due', [KEYS.outbox], [BATCH])) as string[];
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
