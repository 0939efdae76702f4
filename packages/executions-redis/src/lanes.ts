import type { Lane } from '@cc-executor/executions';

/** Returns the name of a lane's queue. */
export function queueName(lane: Lane): string {
  return lane;
}
