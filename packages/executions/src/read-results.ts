import { taskNumbers } from '@cc-executor/contracts/task-numbers';
import { LIMITS, type ResultsView, type TaskResult } from '@cc-executor/contracts';
import { deliveredOf, progressView } from './execution-view.ts';
import { taskLinks } from './links.ts';
import type { OutputReader } from './ports/outputs.ts';
import type { ExecutionStore, StoredExecution } from './ports/store.ts';
import { describeTask, titleOf } from './record.ts';
import type { TaskState } from './state.ts';
import { readStored, recordOfTask, stateOfTask } from './stored-execution.ts';
import { variantView, choiceView, carriedView, skippedView, warned, amendmentView } from './task-view.ts';
import { secondsBetween } from './totals.ts';
import { whyNotRun } from './why-not-run.ts';

/** The size of stdout and stderr of all tasks in one answer, in bytes: several concurrent answers fit into a heap. */
const RESULTS_BYTES = 16 * 1024 * 1024;

/** Returns the results of each task, so far or at the end. Throws EXECUTION_NOT_FOUND. */
export async function readResults(
  { store, outputs }: { store: ExecutionStore; outputs: OutputReader },
  executionId: string,
): Promise<ResultsView> {
  const execution = await readStored(store, executionId);
  const { summary, status } = execution.state;
  const now = await store.readStatus(executionId);
  const results: TaskResult[] = [];
  const total = execution.record.tasks.length;
  let left = RESULTS_BYTES;
  for (const task of taskNumbers(total)) {
    // Space that quiet tasks do not use is available to the others.
    const share = Math.max(0, Math.floor(left / (total - results.length) / 2));
    const result = await taskResult(outputs, execution, task, Math.min(LIMITS.resultBytes, share));
    left -= Buffer.byteLength(result.stdout) + Buffer.byteLength(result.stderr);
    results.push(result);
  }
  return {
    execution_id: executionId,
    title: titleOf(execution.record),
    labels: execution.record.labels ?? {},
    ...(execution.record.rerun && { rerun_of: execution.record.rerun.execution_id }),
    status,
    total_tasks: summary.total_tasks,
    completed_tasks: summary.completed_tasks,
    failed_tasks: summary.failed_tasks,
    ...progressView(status, summary),
    workspace: execution.record.workspace,
    ...(execution.record.repository && { branch: execution.record.repository.branch }),
    ...deliveredOf(now?.summary ?? summary),
    results,
    started_at: summary.started_at,
    completed_at: summary.completed_at,
    total_execution_time: summary.started_at
      ? secondsBetween(summary.started_at, summary.completed_at ?? new Date().toISOString())
      : null,
    cost_usd: summary.cost_usd,
    usage: summary.usage,
  };
}

async function taskResult(
  outputs: OutputReader,
  execution: StoredExecution,
  number: number,
  limit: number,
): Promise<TaskResult> {
  const task = recordOfTask(execution.record, number);
  const now = stateOfTask(execution.state, number);
  const { execution_id: executionId } = execution.record;
  const address = { executionId, task: number, attempt: now.attempt };
  const stdout = await startOf(outputs, now, { ...address, stream: 'stdout' }, limit);
  const stderr = await startOf(outputs, now, { ...address, stream: 'stderr' }, limit);
  const { end } = now;
  return {
    task_number: number,
    task_description: describeTask(task),
    status: now.status,
    outcome: end?.outcome ?? null,
    message: end?.message ?? whyNotRun(execution, number),
    attempt: now.attempt,
    ...carriedView(now),
    ...skippedView(now),
    exit_code: task.kind === 'prompt' ? null : (end?.exit_code ?? null),
    signal: end?.signal ?? null,
    stdout: stdout.text,
    stderr: stderr.text,
    result: end?.result ?? null,
    json: end?.json ?? null,
    validation: end?.validation ?? null,
    amendment: amendmentView(now),
    uuid_proof: end?.uuid_proof ?? null,
    ...warned(now),
    ...variantView(execution, number),
    ...(end?.picked && { picked: end.picked }),
    ...choiceView(task, end),
    ...foundOf(end),
    truncated: stdout.totalBytes > limit || stderr.totalBytes > limit || (end?.result_truncated ?? false),
    execution_time: end?.execution_time ?? null,
    ...(end?.paused_time !== undefined && { paused_time: end.paused_time }),
    started_at: now.started_at,
    completed_at: now.completed_at,
    agent_version: end?.agent_version ?? null,
    session_id: end?.session_id ?? null,
    model: end?.model ?? task.options.model ?? null,
    cost_usd: now.cost_usd,
    usage: now.usage,
    links: taskLinks(executionId, number, task.kind),
  };
}

/** One that was not run has none, and no file is looked for. */
async function startOf(
  outputs: OutputReader,
  { attempt, carried_from }: TaskState,
  address: Parameters<OutputReader['start']>[0],
  limit: number,
): ReturnType<OutputReader['start']> {
  if (attempt === 0 && !carried_from) return { text: '', totalBytes: 0 };
  return await outputs.start(address, limit);
}

/** The findings of an attempt, and the reactions to them. */
function foundOf(end: TaskState['end']): Pick<TaskResult, 'denials' | 'findings' | 'checks' | 'fixes'> {
  if (end === null) return { findings: [], checks: [], fixes: [] };
  const { denials, findings, checks, fixes } = end;
  return { ...(denials && { denials }), findings, checks, fixes };
}
