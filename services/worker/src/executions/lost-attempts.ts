import { bareEnd } from '@cc-executor/agents';
import type { AttemptEnd, NewEvent } from '@cc-executor/contracts';
import type { StoredExecution } from '@cc-executor/executions';
import type { RunPorts } from './run-ports.ts';

/** The ends of attempts that were under way when their worker was lost: what is still known of them. */
export async function lostAttempts(
  { outputs }: Pick<RunPorts, 'outputs'>,
  { record, state }: StoredExecution,
): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  for (const [index, { status, attempt }] of state.tasks.entries()) {
    if (status !== 'running') continue;
    const place = { task: index + 1, attempt };
    const address = { executionId: record.execution_id, ...place };
    const message = 'Its worker died or was cut off; how it went on from there is not known.';
    const data: AttemptEnd = {
      ...bareEnd('worker_lost', message),
      execution_time: null,
      stdout_bytes: await outputs.size({ ...address, stream: 'stdout' }),
      stderr_bytes: await outputs.size({ ...address, stream: 'stderr' }),
      result_truncated: false,
    };
    events.push({ type: 'task.interrupted', ...place, data });
  }
  return events;
}
