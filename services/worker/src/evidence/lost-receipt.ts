import { taskAt } from '@cc-executor/contracts/task-numbers';
import type { AttemptEnd } from '@cc-executor/contracts';
import { makeReceipt } from '@cc-executor/evidence';
import type { StoredExecution, Summary } from '@cc-executor/executions';
import type { EvidenceFiles } from '@cc-executor/executions-files';
import { notLookedAt } from './extra-dirs.ts';

/**
 * Writes a receipt for an attempt of a lost worker, from its files and the log. Returns
 * its hash. Throws if the write fails.
 */
export async function lostReceipt(
  evidence: Pick<EvidenceFiles, 'takeOver' | 'writeReceipt'>,
  { record, state }: Pick<StoredExecution, 'record' | 'state'>,
  {
    place,
    generation,
    end,
    chain,
  }: {
    place: { task: number; attempt: number };
    generation: number;
    end: Omit<AttemptEnd, 'receipt'>;
    /** The receipts before it. */
    chain: Summary['evidence'];
  },
): Promise<string> {
  const [task, known] = [taskAt(record.tasks, place.task), taskAt(state.tasks, place.task)];
  if (!task || !known) throw new RangeError(`There is no task ${String(place.task)}.`);
  const address = { executionId: record.execution_id, ...place };
  const now = new Date().toISOString();
  const facts = {
    execution_id: record.execution_id,
    execution_uuid: record.uuid,
    ...place,
    kind: task.kind,
    name: task.name,
    agent: task.agent,
    text: task.text,
    sent: null,
    session: known.session && { id: known.session.id, resumed: false },
    started_at: known.started_at ?? now,
    ended_at: now,
    end,
    result: null,
    tool_calls: [],
    tool_calls_beyond: 0,
    files: await evidence.takeOver(address),
    workspace: null,
    extra_dirs: notLookedAt(task.options.extra_dirs, 'its worker was lost'),
    git: null,
    chain,
  };
  const receipt = makeReceipt(facts, generation);
  evidence.writeReceipt(address, generation, receipt);
  return receipt.sha256;
}
