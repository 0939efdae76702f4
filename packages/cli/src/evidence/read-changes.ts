import type { ReadChanges } from '@cc-executor/evidence';
import type { Execution } from '@cc-executor/sdk';

/** So many files of a task are named. */
const FILES = 20;
/** The start of a task's diff that is shown, in bytes. */
const BYTES = 32 * 1024;

/** Returns what reads changes for a report from the server, as long as one answers: the report does not need it. */
export function readChangesOf(execution: Execution): ReadChanges {
  let isAnswered = true;
  return async ({ task, before, after }) => {
    if (!isAnswered) return null;
    const [{ startOf }, { CcServerError }] = await Promise.all([
      import('@cc-executor/evidence'),
      import('@cc-executor/sdk'),
    ]);
    try {
      const view = await execution.changes({ task, limit: FILES });
      // Only the snapshots that the receipts name count.
      if (view.before !== before || view.after !== after) return null;
      const { body } = await execution.diff({ task });
      if (!body) return null;
      const diff = await startOf(body, BYTES);
      const { files, lines_added: added, lines_removed: removed } = view.totals;
      return {
        files: view.files.map(({ path, change, lines_added, lines_removed }) => ({
          path,
          change,
          added: lines_added,
          removed: lines_removed,
        })),
        totals: { files, added, removed },
        diff: diff.text,
        isWhole: diff.isWhole,
      };
    } catch (error) {
      // It may have none of one task.
      isAnswered = error instanceof CcServerError;
      return null;
    }
  };
}
