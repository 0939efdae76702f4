import type { Receipt } from '@cc-executor/contracts';
import { changedFiles, type ReportedTask } from './reported-task.ts';

/** So much of the patch of a task is shown, in bytes. */
const TASK_BYTES = 32 * 1024;
/** Of all patches together. */
const ALL_BYTES = 4 * 1024 * 1024;

/** The snapshots before and after a task, and the attempt that began with the first of them. */
interface DiffSpan {
  execution: string;
  task: number;
  attempt: number;
  before: string;
  after: string;
}

/** Returns at most so many bytes of the patch between two snapshots; null: they are not available. */
export type ReadDiff = (span: DiffSpan, most: number) => Promise<Buffer | null>;

/** Returns the beginnings of the patches, by the number of the task; of those that failed first. */
export async function readDiffs(
  tasks: readonly ReportedTask[],
  read: ReadDiff,
): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  let left = ALL_BYTES;
  const failedFirst = tasks.toSorted((a, b) => Number(isCompleted(a)) - Number(isCompleted(b)));
  for (const task of failedFirst) {
    const span = spanOf(task);
    if (span === null || left <= 0) continue;
    const most = Math.min(TASK_BYTES, left);
    // One byte more tells whether there is more.
    const patch = await read(span, most + 1).catch(() => null);
    if (patch === null || patch.length === 0) continue;
    left -= patch.length;
    found.set(task.task, shown(patch, most));
  }
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
