import { bareEnd } from '@cc-executor/agents';
import type { NewEvent } from '@cc-executor/contracts';
import type { Spent, StoredExecution } from '@cc-executor/executions';
import { lostReceipt } from '../evidence/lost-receipt.ts';
import type { RunPorts } from './run-ports.ts';

/** A task whose worker dies each time is what kills it, such as by taking all memory: it must not do so for ever. */
const MAX_LOSSES = 10;

/** The ends of attempts that were under way when their worker was lost: what is still known of them. */
export async function lostAttempts(
  { outputs, evidence, logger }: Pick<RunPorts, 'outputs' | 'evidence' | 'logger'>,
  { record, state }: StoredExecution,
  generation: number,
): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  for (const [index, { status, attempt, losses, amendment }] of state.tasks.entries()) {
    if (status !== 'running') continue;
    const isLast = losses + 1 >= MAX_LOSSES;
    const place = { task: index + 1, attempt };
    const address = { executionId: record.execution_id, ...place };
    const often = `, ${String(MAX_LOSSES)} times in a row: it is not tried again`;
    const message = `Its worker died or was cut off${isLast ? often : ''}; how it went on from there is not known.`;
    const end = {
      ...bareEnd('worker_lost', message),
      ...(amendment?.attempt === attempt ? spentOf(amendment) : {}),
      execution_time: null,
      stdout_bytes: await outputs.size({ ...address, stream: 'stdout' }),
      stderr_bytes: await outputs.size({ ...address, stream: 'stderr' }),
      result_truncated: false,
    };
    const about = { place, generation, end };
    const receipt = await lostReceipt(evidence, { record, state }, about).catch((error: unknown) => {
      logger.error({ ...place, err: error }, 'its evidence could not be written');
      return null;
    });
    const data = { ...end, receipt };
    events.push({ type: isLast ? 'task.failed' : 'task.interrupted', ...place, data });
  }
  return events;
}

function spentOf({ cost_usd, usage }: Spent): Spent {
  return { cost_usd, usage };
}
