import { CcError } from '@cc-executor/contracts';
import { startOf, type ReadChanges } from '@cc-executor/evidence';
import { shownPath } from '@cc-executor/evidence/walked-names';
import { ExecutionSnapshots, snapshotFailure, type SnapshotPorts } from './execution-snapshots.ts';

/** So many files of a task are named. */
const FILES = 20;
/** The start of a task's diff that is shown, and of all of them together, in bytes. */
const TASK_BYTES = 32 * 1024;
const ALL_BYTES = 1024 * 1024;

/** Returns what reads changes for a page about an execution; undefined: it has no snapshots that can be read. */
export async function readShownChanges(ports: SnapshotPorts, id: string): Promise<ReadChanges | undefined> {
  const opened = await ExecutionSnapshots.open(ports, id).catch(nothing);
  if (!opened) return undefined;
  const { snapshots } = opened;
  let left = ALL_BYTES;
  return async ({ before, after }) => {
    try {
      const { files, totals } = await snapshots.diff(before, after, { limit: FILES });
      const diff = await startOf(
        snapshots.patch(before, after, { form: 'text' }),
        Math.min(left, TASK_BYTES),
      );
      left -= Buffer.byteLength(diff.text);
      return {
        files: files.map(({ path, change, added, removed }) => ({
          path: shownPath(path).path,
          change,
          added,
          removed,
        })),
        totals,
        diff: diff.text,
        isWhole: diff.isWhole,
      };
    } catch (error) {
      return nothing(error) ?? null;
    }
  };
}

/** A page about an execution is worth more than its diffs. */
function nothing(error: unknown): undefined {
  const failure = snapshotFailure(error);
  if (!(failure instanceof CcError)) throw failure;
}
