import { isTerminal, type Report, type ReportChange, type ReportProof } from '@cc-executor/contracts';
import { CcError } from '@cc-executor/contracts';
import type { History } from '../ports/history.ts';
import type { OutputReader } from '../ports/outputs.ts';
import type { ExecutionStore, LabelQuery, StoredExecution, StoredStatus } from '../ports/store.ts';
import type { WorkerDirectory } from '../ports/workers.ts';
import { fewAtATime } from '../few-at-a-time.ts';
import { EarlierRuns } from './earlier-runs.ts';
import { REPORT_BOUNDS, taskKey, tasksIn, type ReportedTask } from './facts.ts';
import { failedTasks, isInWorkspace, latestFirst, stateOf } from './reported-tasks.ts';
import { makeReport } from './make-report.ts';
import { readProofs } from './read-proofs.ts';
import { RowTotals } from './row-totals.ts';

const DAY_MS = 24 * 3600 * 1000;
const PAGE = 200;
/** The number of files or executions that are read at the same time. */
const AT_ONCE = 16;
/** These may have been created long ago. */
const OPEN = ['queued', 'running', 'paused', 'waiting', 'cancelling'] as const;

/** The changes of an attempt in its workspace. */
export type ChangeFacts = Pick<ReportChange, 'added' | 'changed' | 'removed' | 'paths'>;

export interface ReportPorts {
  store: Pick<ExecutionStore, 'list' | 'read' | 'readStatus'>;
  history: Pick<History, 'read'>;
  outputs: OutputReader;
  directory: Pick<WorkerDirectory, 'list'>;
  /** Returns what an attempt changed, by the hash of its receipt; null: nothing, or it is not known. */
  changes: (
    place: { executionId: string; task: number; attempt: number },
    receipt: string,
  ) => Promise<ChangeFacts | null>;
}

interface ReportQuery {
  since: Date;
  until: Date;
  now: Date;
  /** Only executions of which all of these hold; of them only those that were submitted in this time, or are open. */
  labels?: readonly LabelQuery[] | undefined;
}

/**
 * Returns what happened between two times. The work is bounded (`REPORT_BOUNDS`); what was not read is named in
 * `partial`.
 */
export async function readReport(
  { store, history, outputs, directory, changes }: ReportPorts,
  { since, until, now, labels }: ReportQuery,
): Promise<Report> {
  const partial: string[] = [];
  const totals = new RowTotals();
  const time = { from: since, to: until };
  const active = labels ? new Set<string>() : await readRows(history, time, totals, partial);
  const executions = await executionsIn(store, { since, until, labels }, active, partial);
  if (labels) {
    const ids = new Set(executions.map(({ execution_id }) => execution_id));
    await readRows(history, time, totals, partial, ids);
  }
  const { details, damaged } = await readDetails(store, executions, partial);
  const failures = failedTasks(details.values()).slice(0, REPORT_BOUNDS.failed);
  const proofs = new Map<string, ReportProof[]>();
  const proven = fewAtATime(
    failures,
    AT_ONCE,
    async (task) => [taskKey(task), await readProofs(task, outputs)] as const,
  );
  for await (const [key, proof] of proven) proofs.set(key, proof);
  return makeReport({
    since,
    until,
    now,
    executions,
    details,
    damaged,
    totals,
    earlier: await readEarlier(history, since, partial),
    proofs,
    changes: await readChanges(details.values(), changes),
    workers: (await directory.list()).length,
    partial,
  });
}

/** Sums up the rows of this time, and returns the ids of their executions. */
export async function readRows(
  history: ReportPorts['history'],
  time: { from: Date; to: Date },
  totals: RowTotals,
  partial: string[],
  only?: ReadonlySet<string>,
): Promise<Set<string>> {
  const active = new Set<string>();
  let count = 0;
  for await (const rows of history.read(time)) {
    if (!only || rows.some(({ execution_id }) => only.has(execution_id))) totals.take(rows);
    for (const { execution_id } of rows) active.add(execution_id);
    count += rows.length;
    if (count < REPORT_BOUNDS.rows) continue;
    partial.push(`Times, tokens and cost are of the latest ${String(count)} attempts only.`);
    break;
  }
  return active;
}

/** Returns the executions that were active between two times, the newest first. `active`: ids of some that were. */
export async function executionsIn(
  store: ReportPorts['store'],
  { since, until, labels }: Omit<ReportQuery, 'now'>,
  active: ReadonlySet<string>,
  partial: string[],
): Promise<StoredStatus[]> {
  const found = new Map<string, StoredStatus>();
  const [from, to] = [since.toISOString(), until.toISOString()];
  const take = (status: StoredStatus) => {
    const { created_at, summary } = status;
    const hasEnded = isTerminal(status.status) && (summary.completed_at ?? created_at) < from;
    if (created_at < to && !hasEnded) found.set(status.execution_id, status);
  };
  const isFull = () => found.size >= REPORT_BOUNDS.executions;
  for (const status of [null, ...OPEN]) {
    for (let cursor: string | null = null; !isFull();) {
      const page = await store.list({ status, limit: PAGE, cursor, labels });
      for (const execution of page.executions) take(execution);
      const oldest = page.executions.at(-1)?.created_at ?? '';
      cursor = page.nextCursor;
      if (cursor === null || (status === null && oldest < from)) break;
    }
  }
  for (const id of active) {
    if (found.has(id) || isFull()) continue;
    const status = await store.readStatus(id);
    if (status) take(status);
    else partial.push(`The list ${id} was removed from the store; its attempts are in the sums only.`);
  }
  if (isFull()) partial.push(`Only the newest ${String(REPORT_BOUNDS.executions)} lists were read.`);
  return [...found.values()].toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
}

/** Reads the whole executions that have something to report, failed and paused ones first. */
async function readDetails(
  store: ReportPorts['store'],
  executions: readonly StoredStatus[],
  partial: string[],
): Promise<{ details: Map<string, StoredExecution>; damaged: string[] }> {
  const details = new Map<string, StoredExecution>();
  const damaged: string[] = [];
  const settled = executions.filter(({ summary }) => summary.settled_tasks > 0);
  const [bad, good] = [
    settled.filter((status) => hasFailed(status)),
    settled.filter((status) => !hasFailed(status)),
  ];
  let tasks = 0;
  const chosen = [...bad, ...good].slice(0, REPORT_BOUNDS.details).filter(({ summary }) => {
    tasks += summary.total_tasks;
    return tasks <= REPORT_BOUNDS.tasks;
  });
  const left = settled.length - chosen.length;
  const read = async ({ execution_id: id }: StoredStatus) => [id, await readOrDamaged(store, id)] as const;
  for await (const [id, execution] of fewAtATime(chosen, AT_ONCE, read)) {
    if (execution === 'damaged') {
      damaged.push(id);
      partial.push(`The archive of the list ${id} is damaged: its tasks are counted, but not listed.`);
    } else if (execution) details.set(id, execution);
    else partial.push(`The list ${id} was removed while this report was made.`);
  }
  if (left > 0) partial.push(`The tasks of ${String(left)} more lists are counted, but not listed.`);
  return { details, damaged };
}

async function readOrDamaged(
  store: ReportPorts['store'],
  id: string,
): Promise<StoredExecution | 'damaged' | null> {
  return await store.read(id).catch((error: unknown) => {
    if (error instanceof CcError && error.code === 'ARCHIVE_DAMAGED') return 'damaged';
    throw error;
  });
}

function hasFailed({ status, summary }: StoredStatus): boolean {
  return status === 'failed' || summary.failed_tasks > 0;
}

async function readEarlier(
  history: ReportPorts['history'],
  since: Date,
  partial: string[],
): Promise<EarlierRuns> {
  const earlier = new EarlierRuns();
  const from = new Date(since.getTime() - REPORT_BOUNDS.earlierDays * DAY_MS);
  let count = 0;
  for await (const rows of history.read({ from, to: since })) {
    for (const row of rows) earlier.take(row);
    count += rows.length;
    if (count < REPORT_BOUNDS.earlierRows) continue;
    partial.push(`Compared with the latest ${String(count)} earlier attempts only.`);
    break;
  }
  return earlier;
}

async function readChanges(
  executions: Iterable<StoredExecution>,
  read: ReportPorts['changes'],
): Promise<Map<string, ChangeFacts>> {
  const changes = new Map<string, ChangeFacts>();
  const ran = latestFirst(
    tasksIn(executions, ['completed', 'failed', 'timed_out', 'cancelled']).filter(isInWorkspace),
  );
  const readOne = async (reported: ReportedTask) => {
    const { attempt, receipts } = stateOf(reported);
    const receipt = receipts[attempt - 1];
    const change = receipt ? await read(placeOf(reported, attempt), receipt).catch(() => null) : null;
    return [taskKey(reported), change] as const;
  };
  for await (const [key, change] of fewAtATime(ran.slice(0, REPORT_BOUNDS.changed), AT_ONCE, readOne))
    if (change) changes.set(key, change);
  return changes;
}

function placeOf({ execution, task }: ReportedTask, attempt: number) {
  return { executionId: execution.record.execution_id, task, attempt };
}
