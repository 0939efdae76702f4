import { numbered } from '@cc-executor/contracts/task-numbers';
import type { ReportChange, ReportProof } from '@cc-executor/contracts';
import type { StoredExecution, StoredStatus } from '../ports/store.ts';
import type { EarlierRuns } from './earlier-runs.ts';
import type { RowTotals } from './row-totals.ts';

/** The data of a report; nothing is read later. */
export interface ReportFacts {
  since: Date;
  until: Date;
  now: Date;
  /** The executions that were active between the two times, the newest first. */
  executions: readonly StoredStatus[];
  /** The whole of those that were read, by their id. */
  details: ReadonlyMap<string, StoredExecution>;
  /** The ids of those whose archive can't be read. */
  damaged: readonly string[];
  totals: RowTotals;
  earlier: EarlierRuns;
  /** The proof of a task's failure, by `taskKey`. */
  proofs: ReadonlyMap<string, ReportProof[]>;
  /** The changes of a task, by `taskKey`. */
  changes: ReadonlyMap<string, Pick<ReportChange, 'added' | 'changed' | 'removed' | 'paths'>>;
  /** How many workers are alive. */
  workers: number;
  /** The missing data, as sentences. */
  partial: readonly string[];
}

/** One task of an execution that was read. `task`: its number, from 1. */
export interface ReportedTask {
  execution: StoredExecution;
  task: number;
}

/** How much of a report is listed; `counts` has all of it. */
export const REPORT_BOUNDS = {
  /** Executions whose summaries are read. */
  executions: 10_000,
  /** Executions that are read whole. */
  details: 500,
  /** Tasks of these, all together. */
  tasks: 20_000,
  /** Rows of the history in the time of the report. */
  rows: 50_000,
  /** Rows of the history before it. */
  earlierRows: 20_000,
  /** How long before it, in days. */
  earlierDays: 14,
  needs: 100,
  failed: 200,
  done: 500,
  open: 50,
  changed: 100,
  branches: 100,
  proofLines: 12,
  lineCharacters: 400,
} as const;

/** Returns the key of a task among those of several executions. */
export function taskKey({ execution, task }: ReportedTask): string {
  return `${execution.record.execution_id} ${String(task)}`;
}

/** Returns the tasks of these executions with one of these states. */
export function tasksIn(executions: Iterable<StoredExecution>, statuses: readonly string[]): ReportedTask[] {
  return [...executions].flatMap((execution) =>
    numbered(execution.state.tasks).flatMap(([task, { status }]) =>
      statuses.includes(status) ? [{ execution, task }] : [],
    ),
  );
}
