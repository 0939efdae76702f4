import { EXECUTION_STATES, isTerminal, type ExecutionStatus } from '@cc-executor/contracts';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';

/** Returns the unfinished executions without a turn by folder, with the names of their workspaces. */
export async function unplaced(redis: Redis): Promise<{ id: string; workspace: string }[]> {
  if ((await answered(redis.exists(KEYS.olderPlaced))) === 1) return [];
  const found: { id: string; workspace: string }[] = [];
  const states = (Object.keys(EXECUTION_STATES) as ExecutionStatus[]).filter((one) => !isTerminal(one));
  for (const status of states) {
    for (const id of (await answered(redis.zrange(KEYS.index(status), 0, '-1'))) ?? []) {
      const [name, place] = (await answered(redis.hmget(KEYS.execution(id), 'turn', 'place'))) ?? [];
      if (!place) found.push({ id, workspace: name || id });
    }
  }
  return found;
}
