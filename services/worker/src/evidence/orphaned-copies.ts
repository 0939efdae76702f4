import { taskAt } from '@cc-executor/contracts/task-numbers';
import { isTerminal } from '@cc-executor/contracts';
import { readPlain } from '@cc-executor/evidence/plain-files';
import { workCounts, type ExecutionStore, type StoredExecution } from '@cc-executor/executions';
import { joinedLabel, snapshotOwner, workLabel, type SnapshotStores } from '@cc-executor/workspaces';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copiesIn, COPIES_MARK } from './copies-folder.ts';

/** The greatest length of an id, in bytes. */
const ID_BYTES = 1024;

interface OrphanPorts {
  /** The folders in which executions have their copies. */
  folders: readonly string[];
  store: Pick<ExecutionStore, 'read'>;
  snapshots: Pick<SnapshotStores, 'openExisting'> | null;
}

/**
 * Removes the copies of executions that ended while their worker was lost before it had removed them. The copy of a completed
 * task stays if its work is in no snapshot. Returns how many executions had some; one that can't be read is left for later.
 */
export async function removeOrphanedCopies(
  { folders, store, snapshots }: OrphanPorts,
  onError: (error: unknown) => void,
): Promise<number> {
  let found = 0;
  for (const folder of folders)
    for (const name of await readdir(folder).catch(() => []))
      try {
        const id = (await readPlain(join(folder, name, COPIES_MARK), ID_BYTES))?.toString() ?? '';
        const execution = id === '' ? null : await store.read(id);
        if (!execution || snapshotOwner(execution.record) !== name) continue;
        if (!isTerminal(execution.state.status)) continue;
        const copies = await copiesIn(join(folder, name));
        if (copies === null) continue;
        await removeCopies(join(folder, name), copies, execution, snapshots);
        found += 1;
      } catch (error) {
        onError(error);
      }
  return found;
}

async function removeCopies(
  folder: string,
  copies: readonly string[],
  { record, state }: StoredExecution,
  snapshots: OrphanPorts['snapshots'],
): Promise<void> {
  const owner = snapshotOwner(record);
  const opened = (await snapshots?.openExisting(record)) ?? null;
  const labels = opened?.labels() ?? new Map<string, string>();
  await opened?.close();
  const isOnlyThere = (task: number) => {
    const { status, attempt = 0 } = taskAt(state.tasks, task) ?? {};
    if (status !== 'completed' || !workCounts(record.tasks, state.tasks, task)) return false;
    return !labels.has(joinedLabel(owner, task, attempt)) && !labels.has(workLabel(owner, task, attempt));
  };
  for (const name of copies)
    if (!isOnlyThere(Number(name))) await rm(join(folder, name), { recursive: true, force: true });
  // Last: what is left now stays until the execution is removed.
  await rm(join(folder, COPIES_MARK), { force: true });
  await rmdir(folder).catch(() => undefined);
}
