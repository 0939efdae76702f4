import { CcError } from '@cc-executor/contracts';
import type { Lane } from '@cc-executor/executions';

import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { KEYS } from './keys.ts';
import { LostWakeUps } from './lost-wake-ups.ts';

/**
 * How long a silent consumer keeps a wake-up, in milliseconds; it renews at half of that. Short:
 * an execution whose consumer died right before claiming it must continue within 15 s.
 */
const LOCK_MS = 8000;
/** The delay before a wake-up that Redis could not serve is retried, in milliseconds. */
const AGAIN_MS = 1000;

export interface ConsumeOptions {
  /** A patient connection; the consumer duplicates it for blocking reads. */
  redis: Redis;
  lane: Lane;
  /** The number of wake-ups that are handled at the same time; 0: none. */
  slots: number;
  /** Handles a wake-up. The slot is occupied until the promise resolves. */
  onWakeUp: (executionId: string) => Promise<void>;
  onError: (error: unknown) => void;
}

export interface Consumer {
  /** Changes how many are handled at the same time; those in progress continue. */
  setSlots(slots: number): void;
  /** Takes no further wake-ups. Resolves when those in progress are handled. */
  close(): Promise<void>;
}

/**
 * Consumes the wake-ups of a lane. A job owns nothing: it may arrive twice, late, or for an execution that has ended. BullMQ's
 * own handling of stalled jobs is off, because it gives up after the second stall.
 */
export function consume({ redis, lane, slots, onWakeUp, onError }: ConsumeOptions): Consumer {
  /** A Redis that cannot serve now has lost nothing: the wake-up is kept until it can. */
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
    lane,
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
