import type { Receipt } from '@cc-executor/contracts';
import { changedFiles, type ReportedTask } from './reported-task.ts';

/** The amount of the patch of a task that is shown, in bytes. */
const TASK_BYTES = 32 * 1024;
/** Of all patches together. */
const ALL_BYTES = 4 * 1024 * 1024;
/** How long patches are read, in milliseconds: clients wait half a minute for an answer. */
const PATIENCE_MS = 10_000;

/** The snapshots before and after a task, and the attempt that began with the first of them. */
interface DiffSpan {
  execution: string;
  task: number;
  attempt: number;
  before: string;
  after: string;
}

/**
 * Yields at most so many bytes of the patch of each span, in their order; null: it is not available. Throws when the signal
 * aborts.
 */
export type ReadDiffs = (
  spans: readonly DiffSpan[],
  most: number,
  signal: AbortSignal,
) => AsyncIterable<Buffer | null>;

export interface DiffOptions {
  /** Nobody waits for the report any more. */
  signal?: AbortSignal | undefined;
  /** How long patches are read, in milliseconds. */
  patienceMs?: number;
}

/**
 * Returns the beginnings of the patches, by the number of the task; of those that failed first. Null: the bytes or the time
 * for patches were used up before it. Rejects with the reason of the signal when it aborts.
 */
export async function readDiffs(
  tasks: readonly ReportedTask[],
  read: ReadDiffs,
  { signal, patienceMs = PATIENCE_MS }: DiffOptions = {},
): Promise<Map<number, string | null>> {
  const late = AbortSignal.timeout(patienceMs);
  const until = signal ? AbortSignal.any([signal, late]) : late;
  const failedFirst = tasks.toSorted((a, b) => Number(isCompleted(a)) - Number(isCompleted(b)));
  const spans = failedFirst.map(spanOf).filter((span) => span !== null);
  const found = new Map<number, string | null>(spans.map(({ task }) => [task, null]));
  let left = ALL_BYTES;
  let next = 0;
  try {
    // One more byte is read to see whether there is more.
    for await (const patch of read(spans, TASK_BYTES + 1, until)) {
      const { task = 0 } = spans[next] ?? {};
      next += 1;
      const most = Math.min(TASK_BYTES, left);
      if (patch === null || patch.length === 0) found.delete(task);
      else found.set(task, shown(patch, most));
      left -= Math.min(patch?.length ?? 0, most);
      if (left <= 0 || until.aborted) break;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!until.aborted) throw error;
  }
  signal?.throwIfAborted();
  return found;
}

function isCompleted({ status }: ReportedTask): boolean {
  return status === 'completed';
}

/** Null: nothing changed, or no snapshots are known. */
function spanOf({ receipts, last, task }: ReportedTask): DiffSpan | null {
  const first = receipts.find(hasBefore);
  const before = first?.end.snapshots?.before;
  const after = last?.end.snapshots?.after;
  if (!first || !last || !before || !after || before === after) return null;
  if (receipts.every((receipt) => changedFiles(receipt) === 0)) return null;
  return {
    execution: first.execution_uuid ?? first.execution_id,
    task,
    attempt: first.attempt,
    before,
    after,
  };
}

function hasBefore({ end }: Receipt): boolean {
  return (end.snapshots?.before ?? null) !== null;
}

function shown(patch: Buffer, most: number): string {
  if (patch.length <= most) return patch.toString().trimEnd();
  const text = patch.subarray(0, most).toString();
  return `${text.slice(0, text.lastIndexOf('\n') + 1)}…`;
}
