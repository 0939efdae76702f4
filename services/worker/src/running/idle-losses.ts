import { hasStarted } from './begin-workspace.ts';
import type { EarlyEnd } from './end-execution.ts';
import type { ExecutionRun } from './execution-run.ts';
import { MAX_LOSSES } from './lost-attempts.ts';
import { suspectTurn } from './suspect-turn.ts';
import type { Release } from './what-next.ts';

/**
 * Returns what follows for a list whose workers were lost before they started a task of it: after as many losses as a task may
 * have soon after its start, it ends. Before that, it waits until no other suspected list or task is being tried. null:
 * it runs. A clone takes long, and its worker may be lost for other reasons meanwhile, as during any attempt.
 */
export async function afterIdleLosses({
  ports,
  record,
  state,
  idleLosses,
}: Pick<ExecutionRun, 'ports' | 'record' | 'state' | 'idleLosses'>): Promise<
  { end: EarlyEnd } | { wait: Release } | null
> {
  const clones = record.repository !== undefined && !hasStarted(state);
  const losses = Math.max(0, idleLosses - (clones ? MAX_LOSSES - ports.earlyLosses : 0));
  if (losses >= ports.earlyLosses) return { end: { message: endsWorker(idleLosses), skip: 'ends_worker' } };
  if (losses === 0) return null;
  const wait = await suspectTurn(ports, record.execution_id, { early_losses: losses });
  return wait && { wait };
}

function endsWorker(times: number): string {
  return `Its worker was lost before a task began, ${String(times)} times in a row. Its tasks, or a hook before them, seem to end the worker that prepares them; it is not tried again.`;
}
