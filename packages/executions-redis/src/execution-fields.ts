import { taskNumbers } from '@cc-executor/contracts/task-numbers';
import { currentExecution, currentSummary, titleOf } from '@cc-executor/executions';
import type { ExecutionStatus } from '@cc-executor/contracts';
import type {
  ExecutionRecord,
  StoredExecution,
  StoredStatus,
  Summary,
  TaskState,
} from '@cc-executor/executions';

/** Returns the fields of a state as the hash stores them: name, value, name, value … */
export function stateFields(
  summary: Summary | null,
  tasks: Iterable<readonly [number, TaskState]>,
): string[] {
  const fields = summary ? ['summary', summaryText(summary)] : [];
  for (const [task, state] of tasks) fields.push(`task:${String(task)}`, JSON.stringify(state));
  return fields;
}

/** Null fields are not stored: `currentSummary` adds them again. */
function summaryText(summary: Summary): string {
  return JSON.stringify(Object.fromEntries(Object.entries(summary).filter(([, value]) => value !== null)));
}

/** Returns an execution from its whole hash; null if there is none. */
export function toExecution(hash: Record<string, string>): StoredExecution | null {
  if (!hash['record']) return null;
  const record = JSON.parse(hash['record']) as ExecutionRecord;
  return currentExecution({
    record,
    state: {
      status: hash['status'] as ExecutionStatus,
      reason: hash['reason'] || null,
      summary: JSON.parse(hash['summary'] ?? '') as Summary,
      tasks: taskNumbers(record.tasks.length).map(
        (task) => JSON.parse(hash[`task:${String(task)}`] ?? '') as TaskState,
      ),
    },
    epoch: hash['epoch'] ?? '',
    head: Number(hash['head']),
  });
}

/** The fields that `toStatus` needs, in its order. */
export const STATUS_FIELDS = [
  'status',
  'reason',
  'created',
  'epoch',
  'head',
  'summary',
  'archived',
  'title',
  'labels',
  'rerun_of',
  'reruns',
  'workspace',
  'branch',
  'delivered',
  'paused_ms',
  'paused_at',
] as const;

/** The fields of the hash for a list's title, its labels and its rerun. */
export function nameFields(record: ExecutionRecord): string[] {
  const rerun = record.rerun ? ['rerun_of', record.rerun.execution_id] : [];
  const branch = record.repository ? ['branch', record.repository.branch] : [];
  const place = ['workspace', record.workspace, ...branch];
  return [
    'title',
    titleOf(record),
    'labels',
    record.labels ? JSON.stringify(record.labels) : '',
    ...rerun,
    ...place,
  ];
}

/** Returns the branch that an execution brings to a repository, with that; empty: none. */
export function deliveredBranch({ repository }: ExecutionRecord): string {
  if (!repository || repository.deliver === 'none' || repository.commits === 'none') return '';
  return `${repository.path ?? repository.url ?? ''} ${repository.branch}`;
}

/** Returns the short view from its fields; null if there is no such execution. */
export function toStatus(
  executionId: string,
  fields: readonly (string | null | undefined)[],
): StoredStatus | null {
  const [
    status,
    reason,
    created,
    epoch,
    head,
    summary,
    archived,
    title,
    labels,
    rerunOf,
    reruns,
    workspace,
    branch,
    delivered,
    pausedMs,
    pausedAt,
  ] = fields;
  if (!status) return null;
  return {
    execution_id: executionId,
    title: title || null,
    labels: labels ? (JSON.parse(labels) as Record<string, string>) : {},
    workspace: workspace || null,
    branch: branch || null,
    rerun_of: rerunOf || null,
    reruns: reruns ? reruns.split(',') : [],
    status: status as ExecutionStatus,
    reason: reason || null,
    created_at: new Date(Number(created)).toISOString(),
    epoch: epoch ?? '',
    head: Number(head),
    summary: {
      ...currentSummary(JSON.parse(summary ?? '') as Partial<Summary>),
      // What was delivered after its end.
      ...(delivered && { delivered: JSON.parse(delivered) as NonNullable<Summary['delivered']> }),
    },
    paused_seconds: (Number(pausedMs ?? 0) + (pausedAt ? sinceMs(Number(pausedAt)) : 0)) / 1000,
    waiting_for: null,
    isArchived: Boolean(archived),
  };
}

/** The clock may have been set back. */
function sinceMs(at: number): number {
  return Math.max(0, Date.now() - at);
}
