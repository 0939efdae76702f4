import type { Lane } from '@cc-executor/executions';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { KEYS } from './keys.ts';
import { queueName } from './lanes.ts';

export interface ConsumeOptions {
  /** A patient connection; the consumer makes a second one from it, for waiting. */
  redis: Redis;
  lane: Lane;
  /** How many wake-ups are handled at a time. */
  slots: number;
  /** Handles a wake-up; the slot is taken until it resolves. */
  onWakeUp: (executionId: string) => Promise<void>;
  onError: (error: unknown) => void;
}

export interface Consumer {
  /** Takes no more; resolves when what was taken is handled. */
  close(): Promise<void>;
}

/**
 * Takes wake-ups of a lane. A job owns nothing: it may come twice, late, or for an execution that has ended. BullMQ's
 * own handling of stalled jobs is off, because who goes on with an execution is decided by its ownership.
 */
export function consume({ redis, lane, slots, onWakeUp, onError }: ConsumeOptions): Consumer {
  const worker = new Worker<{ executionId: string }>(
    queueName(lane),
    async (job) => await onWakeUp(job.data.executionId),
    {
      connection: redis,
      prefix: KEYS.queues,
      concurrency: slots,
      skipStalledCheck: true,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
  );
  worker.on('error', onError);
  worker.on('failed', (_, error) => onError(error));
  return { close: async () => await worker.close() };
}
