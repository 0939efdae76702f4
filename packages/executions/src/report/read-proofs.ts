import { ATTEMPT_FINDINGS, type ReportProof } from '@cc-executor/contracts';
import type { OutputReader } from '../ports/outputs.ts';
import type { ReportedTask } from './facts.ts';
import { stateOf } from './reported-tasks.ts';
import { proof } from './proof-lines.ts';

/** The end of an output that is read, in bytes: more than its last lines usually have. */
const TAIL_BYTES = 4096;

/** Returns what proves that a task failed: its checks, what was found, and the end of what it printed. */
export async function readProofs(reported: ReportedTask, outputs: OutputReader): Promise<ReportProof[]> {
  const { end, attempt } = stateOf(reported);
  if (end === null || attempt === 0) return [];
  const last = Math.max(0, ...end.checks.map(({ round }) => round));
  const checks = end.checks
    .filter(({ round, outcome }) => round === last && outcome !== 'completed')
    .map(({ command, output_tail, message }) => proof('check', command, output_tail, message));
  const found = end.findings
    .filter(({ code }) => ATTEMPT_FINDINGS[code].contradicts)
    .map(({ message }) => proof('finding', 'the answer beside what happened', message));
  const judged = end.validation?.reason ? [proof('finding', 'The validator', end.validation.reason)] : [];
  const proofs = [...checks, ...found, ...judged];
  return proofs.length > 0 ? proofs : await printed(reported, outputs);
}

/** The end of stderr, or else of stdout, or else of the answer. */
async function printed({ execution, task }: ReportedTask, outputs: OutputReader): Promise<ReportProof[]> {
  const { end, attempt } = stateOf({ execution, task });
  if (end === null) return [];
  const executionId = execution.record.execution_id;
  let isGone = false;
  for (const stream of ['stderr', 'stdout'] as const) {
    const bytes = stream === 'stderr' ? end.stderr_bytes : end.stdout_bytes;
    if (bytes === 0) continue;
    const tail = await outputs.tail({ executionId, task, attempt, stream }, TAIL_BYTES).catch(() => null);
    if (tail === null) isGone = true;
    else return [proof(stream, stream, tail)];
  }
  if (end.result) return [proof('answer', 'answer', end.result)];
  return [proof('stdout', 'output', '', isGone ? 'Its output is no longer kept.' : 'It printed nothing.')];
}
