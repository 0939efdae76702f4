import type { Lane } from '@cc-executor/executions';

/** The queue of a lane. */
export function queueName(lane: Lane): string {
  return lane;
}
