import { EARLY_LOSS_SECONDS, type TaskState } from '@cc-executor/executions';
import type { RunPorts } from '../ports.ts';
import { waitForSuspect, type Release } from './what-next.ts';

/** How long a suspected task is the only one that starts: until its loss would not count as early, with a margin. */
export const TURN_MS = (EARLY_LOSS_SECONDS + 5) * 1000;

/** Returns whether a task would fail with its next early loss. */
export function isSuspect(
  { earlyLosses }: Pick<RunPorts, 'earlyLosses'>,
  task: Pick<TaskState, 'early_losses'> | undefined,
): boolean {
  return task !== undefined && task.early_losses + 1 >= earlyLosses;
}

/**
 * A task that would fail with its next early loss starts alone: otherwise one that kills its
 * workers would fail others that ran beside it. Returns what to wait for; null: it may start.
 */
export async function suspectTurn(
  ports: Pick<RunPorts, 'suspects' | 'earlyLosses' | 'logger'>,
  executionId: string,
  task: Pick<TaskState, 'early_losses'> | undefined,
): Promise<Release | null> {
  const { suspects, logger } = ports;
  if (!isSuspect(ports, task)) return null;
  const until = await suspects.take(executionId, TURN_MS).catch((err: unknown) => {
    logger.warn({ err }, 'a turn could not be taken');
    return null;
  });
  return until && waitForSuspect(until);
}
