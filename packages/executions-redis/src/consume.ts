import { CcError } from '@cc-executor/contracts';
import type { Lane } from '@cc-executor/executions';

import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { KEYS } from './keys.ts';
import { queueName } from './lanes.ts';
import { LostWakeUps } from './lost-wake-ups.ts';

/**
 * How long a consumer that gives no sign of life keeps a wake-up, in milliseconds; it gives one at half of that. Short:
 * an execution whose consumer died right before it claimed it is to go on within 15 s.
 */
const LOCK_MS = 8000;
/** After so long a wake-up is tried again that Redis could not serve, in milliseconds. */
const AGAIN_MS = 1000;

export interface ConsumeOptions {
  /** A patient connection; the consumer makes a second one from it, for waiting. */
  redis: Redis;
  lane: Lane;
  /** How many wake-ups are handled at a time; 0: none. */
  slots: number;
  /** Handles a wake-up; the slot is taken until it resolves. */
  onWakeUp: (executionId: string) => Promise<void>;
  onError: (error: unknown) => void;
}

export interface Consumer {
  /** From now on so many are handled at a time; those that are being handled go on. */
  setSlots(slots: number): void;
  /** Takes no more; resolves when what was taken is handled. */
  close(): Promise<void>;
}

/**
 * Takes wake-ups of a lane. A job owns nothing: it may come twice, late, or for an execution that has ended. BullMQ's
 * own handling of stalled jobs is off, because it gives up at the second one.
 */
export function consume({ redis, lane, slots, onWakeUp, onError }: ConsumeOptions): Consumer {
  /** A Redis that can't serve now has lost nothing: the wake-up is kept until it can. */
  async function handle(executionId: string): Promise<void> {
    for (;;) {
      try {
        await onWakeUp(executionId);
        return;
      } catch (error) {
        if (!(error instanceof CcError && error.code === 'STORE_UNAVAILABLE')) throw error;
        onError(error);
        await delay(AGAIN_MS);
      }
    }
  }
  const worker = new Worker<{ executionId: string }>(
    queueName(lane),
    async (job) => await handle(job.data.executionId),
    {
      connection: redis,
      prefix: KEYS.queues,
      concurrency: Math.max(1, slots),
      skipStalledCheck: true,
      lockDuration: LOCK_MS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
  );
  worker.on('error', onError);
  worker.on('failed', (_, error) => onError(error));
  const lost = new LostWakeUps(redis, lane, onError);
  const setSlots = (now: number) => {
    worker.concurrency = Math.max(1, now);
    if (now > 0) worker.resume().catch(onError);
    else worker.pause(true).catch(onError);
  };
  if (slots === 0) setSlots(slots);
  return {
    setSlots,
    close: async () => {
      await worker.close();
      await lost.close();
    },
  };
}
