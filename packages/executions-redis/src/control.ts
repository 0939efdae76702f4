import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';

/** Calls `listener` with the id of each execution whose state was changed by a process other than its owner. */
export async function listenForControl(
  subscriber: Redis,
  listener: (executionId: string) => void,
): Promise<void> {
  subscriber.on('message', (channel: string, executionId: string) => {
    if (channel === KEYS.control) listener(executionId);
  });
  await answered(subscriber.subscribe(KEYS.control));
}
