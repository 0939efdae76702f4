import {
  CcError,
  choiceText,
  LIMITS,
  progressText,
  statusText,
  type ExecutionPage,
  type ExecutionStatus,
  type ExecutionView,
  type ResultsView,
  type StatusView,
  type TaskResult,
  type TaskView,
} from '@cc-executor/contracts';
import { isTaken } from './needs.ts';
import { executionLinks, taskLinks } from './links.ts';
import type { OutputReader } from './ports/outputs.ts';
import type { ExecutionStore, ListQuery, StoredExecution, StoredStatus } from './ports/store.ts';
import { withoutSecrets } from './prompt-options.ts';
import { describeTask, titleOf, type TaskRecord } from './record.ts';
import { resultWarnings } from './result-warnings.ts';
import { runningOf, type Summary, type TaskState } from './state.ts';
import { timesOf } from './times.ts';
import { secondsBetween } from './totals.ts';
import { skipReasonOf, whyNotRun } from './why-not-run.ts';

/** The size of stdout and stderr of all tasks in one answer, in bytes: several concurrent answers fit into a heap. */
const RESULTS_BYTES = 16 * 1024 * 1024;

/** Returns an EXECUTION_NOT_FOUND error with the id. */
export function notFound(executionId: string): CcError {
  return new CcError('EXECUTION_NOT_FOUND', `There is no execution "${executionId}".`);
}

/** Returns the short view, for polling. Throws EXECUTION_NOT_FOUND. */
export async function readStatus(store: ExecutionStore, executionId: string): Promise<StatusView> {
  const stored = await store.readStatus(executionId);
  if (!stored) throw notFound(executionId);
  const { workspace, branch, waiting_for, epoch, head } = stored;
  const place = {
    ...(workspace !== null && { workspace }),
    ...(branch !== null && { branch }),
    ...deliveredOf(stored.summary),
    ...(waiting_for !== null && { waiting_for }),
  };
  return { ...summaryView(stored), ...place, epoch, head };
}

/** Returns a page of executions, newest first. Throws INVALID_REQUEST for an invalid cursor. */
export async function listExecutions(store: ExecutionStore, query: ListQuery): Promise<ExecutionPage> {
  const { executions, nextCursor } = await store.list(query);
  return { executions: executions.map(summaryView), next_cursor: nextCursor };
}

/** Returns everything about one execution. Throws EXECUTION_NOT_FOUND. */
export async function readExecution(store: ExecutionStore, executionId: string): Promise<ExecutionView> {
  const execution = await readStored(store, executionId);
  const { record, state, epoch, head } = execution;
  const { execution_id, created_at, workspace, on_failure, checking } = record;
  const rerun_of = record.rerun?.execution_id ?? null;
  const { status, reason, summary } = state;
  const named = { title: titleOf(record), labels: record.labels ?? {} };
  // An archive does not know them.
  const now = await store.readStatus(execution_id);
  const { reruns = [], waiting_for = null } = now ?? {};
  const related = { rerun_of, reruns };
  const stored = { execution_id, ...named, ...related, created_at, epoch, head, status, reason, summary };
  return {
    ...summaryView(stored),
    epoch,
    head,
    workspace,
    ...(record.repository && { branch: record.repository.branch }),
    ...deliveredOf(now?.summary ?? summary),
    ...(waiting_for !== null && { waiting_for }),
    on_failure,
    ...checking,
    tasks: record.tasks.map((_, index) => taskView(execution, index)),
    links: executionLinks(execution_id),
  };
}

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
  for (let index = 0, left = RESULTS_BYTES; index < total; index += 1) {
    // Space that quiet tasks do not use is available to the others.
    const share = Math.max(0, Math.floor(left / (total - index) / 2));
    const result = await taskResult(outputs, execution, index, Math.min(LIMITS.resultBytes, share));
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

/** Returns a whole execution. Throws EXECUTION_NOT_FOUND. */
export async function readStored(
  store: Pick<ExecutionStore, 'read'>,
  executionId: string,
): Promise<StoredExecution> {
  const execution = await store.read(executionId);
  if (!execution) throw notFound(executionId);
  return execution;
}

function deliveredOf({ delivered }: Summary): Pick<StatusView, 'delivered'> {
  return delivered ? { delivered } : {};
}

function summaryView({
  execution_id,
  title,
  labels,
  status,
  reason,
  created_at,
  rerun_of,
  reruns,
  summary,
}: Omit<
  StoredStatus,
  'isArchived' | 'workspace' | 'branch' | 'waiting_for'
>): ExecutionPage['executions'][number] {
  const { forecast, evidence: _, outcomes: __, delivered: ___, ...told } = summary;
  // A paused execution keeps what it waited for before.
  const standsStill = status === 'waiting' || (status === 'paused' && reason === 'auth_required');
  const waiting_until = standsStill ? summary.waiting_until : null;
  return {
    execution_id,
    title,
    labels,
    ...(rerun_of !== null && { rerun_of }),
    ...(reruns.length > 0 && { reruns: [...reruns] }),
    status,
    reason,
    created_at,
    ...told,
    running_tasks: runningOf(summary),
    waiting_until,
    ...progressView(status, summary),
    ...timesOf(status, summary, forecast),
  };
}

function taskView(execution: StoredExecution, index: number): TaskView {
  const [task, now] = taskAt(execution, index);
  const why = whyNotRun(execution, index + 1);
  const { kind, name, agent, text, timeout, retries } = task;
  const { status, attempt, started_at, completed_at, end, cost_usd, usage, prediction } = now;
  const options = withoutSecrets(task.options);
  const order = {
    ...(task.needs && { needs: [...task.needs] }),
    ...(task.when && { when: task.when }),
    ...(task.shared && { shared: task.shared }),
    ...variantView(execution, index),
    ...(task.picks && { picks: [...task.picks] }),
  };
  const asked = { kind, name, agent, text, timeout, retries, options, ...task.checking, ...order };
  return {
    task_number: index + 1,
    ...asked,
    prediction,
    status,
    attempt,
    ...carriedView(now),
    ...skippedView(now),
    ...(why !== null && { not_run: why }),
    started_at,
    completed_at,
    amendment: amendmentView(now),
    end,
    ...choiceView(task, end),
    ...warned(now),
    cost_usd,
    usage,
  };
}

async function taskResult(
  outputs: OutputReader,
  execution: StoredExecution,
  index: number,
  limit: number,
): Promise<TaskResult> {
  const [task, now] = taskAt(execution, index);
  const { execution_id: executionId } = execution.record;
  const address = { executionId, task: index + 1, attempt: now.attempt };
  const stdout = await startOf(outputs, now, { ...address, stream: 'stdout' }, limit);
  const stderr = await startOf(outputs, now, { ...address, stream: 'stderr' }, limit);
  const { end } = now;
  return {
    task_number: index + 1,
    task_description: describeTask(task),
    status: now.status,
    outcome: end?.outcome ?? null,
    message: end?.message ?? whyNotRun(execution, index + 1),
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
    ...variantView(execution, index),
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
    links: taskLinks(executionId, index + 1, task.kind),
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

function variantView({ record, state }: StoredExecution, index: number): Pick<TaskView, 'variant'> {
  const variant = record.tasks[index]?.variant;
  const taken = isTaken(index, record.tasks, state.tasks);
  return variant
    ? { variant: { number: variant.number, of: variant.of, ...(taken !== undefined && { taken }) } }
    : {};
}

function choiceView({ kind, text }: TaskRecord, end: TaskState['end']): Pick<TaskView, 'choice'> {
  return end?.picked ? { choice: choiceText(end.picked, kind === 'command' ? text : null) } : {};
}

function carriedView({ carried_from }: TaskState): Pick<TaskView, 'carried_from'> {
  return carried_from ? { carried_from } : {};
}

function skippedView(task: TaskState): Pick<TaskView, 'skipped'> {
  const skipped = skipReasonOf(task);
  return skipped === undefined ? {} : { skipped };
}

/** The findings of an attempt, and the reactions to them. */
function foundOf(end: TaskState['end']): Pick<TaskResult, 'denials' | 'findings' | 'checks' | 'fixes'> {
  if (end === null) return { findings: [], checks: [], fixes: [] };
  const { denials, findings, checks, fixes } = end;
  return { ...(denials && { denials }), findings, checks, fixes };
}

function progressView(status: ExecutionStatus, summary: Summary) {
  const { timed_out_tasks = 0, skipped_tasks = 0, cancelled_tasks = 0 } = summary;
  const { not_run_tasks = 0, not_taken_tasks = 0, warned_tasks = 0 } = summary;
  return {
    timed_out_tasks,
    skipped_tasks,
    cancelled_tasks,
    not_run_tasks,
    not_taken_tasks,
    warned_tasks,
    progress: progressText(summary),
    status_text: statusText(status, warned_tasks > 0),
  };
}

function warned(now: TaskState): Required<Pick<TaskView, 'status_text' | 'warnings'>> {
  const warnings = resultWarnings(now);
  return { status_text: statusText(now.status, warnings.length > 0), warnings };
}

function amendmentView({ amendment }: TaskState): TaskView['amendment'] {
  if (amendment === null) return null;
  const { attempt: _, ...view } = amendment;
  return view;
}

function taskAt({ record, state }: Pick<StoredExecution, 'record' | 'state'>, index: number) {
  const [task, now] = [record.tasks[index], state.tasks[index]];
  if (!task || !now) throw new RangeError(`There is no task ${String(index + 1)}.`);
  return [task, now] as const;
}
