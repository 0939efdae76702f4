import { CcError, type CheckOptions, type PromptOptions } from '@cc-executor/contracts';
import type { StoredExecution } from './ports/store.ts';
import { RECORD_SCHEMA, type ExecutionRecord, type TaskRecord } from './record.ts';
import { NOTHING_SPENT } from './spent.ts';
import { NO_EVIDENCE, type Summary, type TaskState } from './state.ts';

/** A task in an older record: without checks, and in schema 1 with the model as its only option. */
type OldTask = Omit<TaskRecord, 'options' | 'checking'> & {
  options?: PromptOptions;
  model?: string | null;
  checking?: CheckOptions;
};

/**
 * Records without a UUID are older than receipts; those without the path of their workspace are
 * older than the marks of created folders.
 */
const UNNAMED = { uuid: null, workspace_path: null };

/**
 * Upgrades a stored record to this version. Throws an error for people if a newer version wrote it.
 */
function currentRecord(stored: { schema: number }): ExecutionRecord {
  const record = stored as ExecutionRecord;
  if (stored.schema > RECORD_SCHEMA) {
    const schemas = `schema ${String(stored.schema)}; this version reads up to ${String(RECORD_SCHEMA)}`;
    const message = `The record of execution ${record.execution_id} is of ${schemas}. Bring cc-executor up to date.`;
    throw new CcError('INTERNAL', message);
  }
  if (stored.schema === RECORD_SCHEMA) return { ...UNNAMED, ...record };
  const tasks = (record.tasks as OldTask[]).map(({ model, options, ...task }): TaskRecord => ({
    checking: {},
    ...task,
    options: options ?? (model ? { model } : {}),
  }));
  return { ...UNNAMED, ...record, schema: RECORD_SCHEMA, tasks, checking: record.checking ?? {} };
}

/** Null fields are not stored. */
const NOTHING = {
  started_at: null,
  completed_at: null,
  current_task: null,
  waiting_until: null,
  forecast: null,
} as const;

/** Upgrades a stored summary to this version. */
export function currentSummary(stored: Partial<Summary>): Summary {
  const { settled_tasks = 0, completed_tasks = 0, failed_tasks = 0 } = stored;
  const others = settled_tasks - completed_tasks - failed_tasks;
  // Earlier versions counted neither skipped nor cancelled tasks.
  const isCounted = (stored.skipped_tasks ?? stored.cancelled_tasks ?? stored.not_taken_tasks) !== undefined;
  const not_run = others > 0 && !isCounted ? { not_run_tasks: others } : {};
  return { ...NOTHING, ...NOTHING_SPENT, evidence: NO_EVIDENCE, ...not_run, ...stored } as Summary;
}

/** Fields of an attempt's end that earlier versions did not have. */
const UNKNOWN_THEN = {
  json: null,
  validation: null,
  uuid_proof: null,
  findings: [],
  checks: [],
  fixes: [],
  receipt: null,
};

/** Upgrades a stored task to this version. */
function currentTask(stored: Partial<TaskState>): TaskState {
  const task = {
    ...NOTHING_SPENT,
    session: null,
    prediction: null,
    amendment: null,
    hit_output_limit: false,
    had_no_result: false,
    was_refused: false,
    short_waits: 0,
    waiting_since: null,
    losses: 0,
    early_losses: 0,
    lost_conversations: 0,
    warnings: [],
    receipts: [],
    ...stored,
  } as TaskState;
  return task.end ? { ...task, end: { ...UNKNOWN_THEN, ...task.end } } : task;
}

/** Upgrades a whole stored execution to this version. Throws as `currentRecord` does. */
export function currentExecution(stored: StoredExecution): StoredExecution {
  const { summary, tasks } = stored.state;
  const state = { ...stored.state, summary: currentSummary(summary), tasks: tasks.map(currentTask) };
  return { ...stored, record: currentRecord(stored.record), state };
}
