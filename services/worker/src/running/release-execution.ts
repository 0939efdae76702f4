import type { NewEvent } from '@cc-executor/contracts';
import type { ExecutionRun } from './execution-run.ts';
import type { Release } from './what-next.ts';

/**
 * Stores events and releases the execution until it continues. Returns false if its state was changed meanwhile: it is
 * interrupted then.
 */
export async function releaseExecution(
  run: ExecutionRun,
  events: readonly NewEvent[],
  { event, wakeAt }: Release,
): Promise<boolean> {
  const { result } = await run.commit([...events, event], ['running'], { release: true, wakeAt });
  if (result === 'stored') run.logger.info(event.data, event.type);
  return result === 'stored';
}
