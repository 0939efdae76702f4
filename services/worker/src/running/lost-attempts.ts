import { numbered } from '@cc-executor/contracts/task-numbers';
import { bareEnd } from '@cc-executor/agents';
import type { AttemptEnd, NewEvent } from '@cc-executor/contracts';
import { isEarlyLoss, type Spent, type StoredExecution, type TaskState } from '@cc-executor/executions';
import { lostReceipt } from '../evidence/lost-receipt.ts';
import type { LeftBehind, RunEvidence } from '../evidence/run-evidence.ts';
import type { Claimed } from './execution-run.ts';
import type { RunPorts } from '../ports.ts';

/** A task whose worker dies each time probably kills it, for example by taking all memory: this must end. */
export const MAX_LOSSES = 10;
const NOTHING: LeftBehind = { id: null, event: null };

/** Returns the ends of attempts that were in progress when their worker was lost, with what is still known of them. */
export async function lostAttempts(
  {
    outputs,
    evidence,
    logger,
    earlyLosses,
  }: Pick<RunPorts, 'outputs' | 'evidence' | 'logger' | 'earlyLosses'>,
  { record, state }: StoredExecution,
  {
    generation,
    lastHeard,
    left,
  }: Pick<Claimed, 'generation' | 'lastHeard'> & {
    left: Pick<RunEvidence, 'leftBehind'> & { snapshots: Pick<RunEvidence['snapshots'], 'find'> };
  },
): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  // Several may have been in progress: their receipts follow one another.
  let chain = state.summary.evidence;
  for (const [number, task] of numbered(state.tasks)) {
    const { status, attempt, losses, early_losses, amendment } = task;
    if (status !== 'running') continue;
    const heard = heardAfter(task, lastHeard);
    const isLast = losses + 1 >= MAX_LOSSES;
    const endsIt =
      !isLast && isEarlyLoss({ outcome: 'worker_lost', ...heard }) && early_losses + 1 >= earlyLosses;
    const place = { task: number, attempt };
    const address = { executionId: record.execution_id, ...place };
    const often = `, ${String(MAX_LOSSES)} times in a row: it is not tried again`;
    const message = `Its worker died or was cut off${isLast ? often : ''}; what happened after that is not known.`;
    const before = await left.snapshots.find({ ...place, when: 'before' });
    // The next attempt starts with what it left, if there is one.
    const after = before === null ? NOTHING : await left.leftBehind(place);
    if (after.event) events.push({ type: 'workspace.snapshot', ...place, data: after.event });
    const end = {
      ...(endsIt ? bareEnd('ends_worker', endsWorker(early_losses + 1)) : bareEnd('worker_lost', message)),
      ...heard,
      ...(before === null ? {} : { snapshots: { before, after: after.id } }),
      ...(amendment?.attempt === attempt ? spentOf(amendment) : {}),
      execution_time: null,
      stdout_bytes: await outputs.size({ ...address, stream: 'stdout' }),
      stderr_bytes: await outputs.size({ ...address, stream: 'stderr' }),
      result_truncated: false,
    };
    const about = { place, generation, end, chain };
    const receipt = await lostReceipt(evidence, { record, state }, about).catch((error: unknown) => {
      logger.error({ ...place, err: error }, 'its evidence could not be written');
      return null;
    });
    if (receipt !== null) chain = { receipts: chain.receipts + 1, head: receipt };
    const data = { ...end, receipt };
    events.push({ type: isLast || endsIt ? 'task.failed' : 'task.interrupted', ...place, data });
  }
  return events;
}

function endsWorker(times: number): string {
  return `Its worker was lost within seconds of its start, ${String(times)} times in a row. A command of it seems to end cc-executor's own processes, as "pkill -f" or "kill" do, or to take all memory; it is not tried again.`;
}

/** A worker that is lost before its first heartbeat has its last sign of life before the start. */
function heardAfter(
  { started_at }: Pick<TaskState, 'started_at'>,
  lastHeard: Date | null,
): Pick<AttemptEnd, 'last_heard_after'> {
  if (started_at === null || lastHeard === null) return {};
  return { last_heard_after: Math.max(0, lastHeard.getTime() - Date.parse(started_at)) / 1000 };
}

function spentOf({ cost_usd, usage }: Spent): Spent {
  return { cost_usd, usage };
}
