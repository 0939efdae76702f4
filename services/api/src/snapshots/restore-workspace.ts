import {
  CcError,
  invalidRequest,
  isTerminal,
  type ExecutionStatus,
  type RestoreRequest,
  type RestoreView,
} from '@cc-executor/contracts';
import { shownPath } from '@cc-executor/evidence/walked-names';
import { WorkspaceScanner } from '@cc-executor/evidence/workspace';
import {
  illegal,
  mayBecome,
  noteDelivered,
  noteRestored,
  type ControlPorts,
  type ExecutionRecord,
  type WorkspaceRestores,
} from '@cc-executor/executions';
import {
  includedPaths,
  isLabelOf,
  nextRestoreLabel,
  patternFor,
  snapshotOwner,
  type RestoreResult,
  type SnapshotStores,
} from '@cc-executor/workspaces';
import { join } from 'node:path';
import { restoreBranch, type BranchPorts } from './restore-branch.ts';
import { ExecutionSnapshots, snapshotFailure, type SnapshotPorts } from './execution-snapshots.ts';

export interface RestorePorts extends SnapshotPorts, BranchPorts {
  store: ControlPorts['store'];
  stores: Pick<SnapshotStores, 'open'>;
  restores: WorkspaceRestores;
  workspaces: BranchPorts['workspaces'] & { resolve: (name: string) => Promise<{ turn: string }> };
  /** The additional rules for paths that scans of workspaces exclude. */
  leaveOut: readonly string[];
  /** The folder of what is kept of clones. */
  repositories: string;
}

/** The number of paths that are named. */
const MOST_NAMED = 1000;

/**
 * Brings the workspace of an execution that is paused or has ended back to one of its snapshots. Throws ILLEGAL_STATE,
 * WORKSPACE_BUSY, and what reading its snapshots throws.
 */
export async function restoreWorkspace(
  ports: RestorePorts,
  id: string,
  request: RestoreRequest,
): Promise<RestoreView> {
  const opened = await ExecutionSnapshots.open(ports, id);
  const { record, state } = opened.execution;
  if (state.status !== 'paused' && !isTerminal(state.status)) throw notNow(state.status);
  const to = wanted(opened, request);
  if (request.hard && record.repository?.commits !== 'per_task')
    throw invalidRequest([{ path: 'hard', message: 'needs a repository whose tasks are committed' }]);
  const task = request.before_task ?? request.after_task;
  if (request.hard && task !== undefined && opened.ranApart(task)) {
    const message = `is for tasks in a row: task ${String(task)} ran beside others, or in their place, and no commit has the work up to it alone`;
    throw invalidRequest([{ path: 'hard', message }]);
  }
  const { turn } = await ports.workspaces.resolve(record.workspace);
  const end = await claim(ports, id, turn);
  try {
    const result = await restore(ports, record, { to, dryRun: request.dry_run });
    if (!request.dry_run)
      await noteRestored(ports, id, {
        snapshot: to,
        left: result.left,
        changes: result.changes.length,
        kept: result.kept.length,
      });
    const branch = request.dry_run ? null : await restoreBranch(ports, record, request);
    if (branch?.delivered) await noteDelivered(ports.store, id, branch.delivered);
    return { ...shown(id, request, to, result), ...(branch && { branch: branch.view }) };
  } finally {
    await end();
  }
}

function wanted(opened: ExecutionSnapshots, { before_task, after_task, snapshot }: RestoreRequest): string {
  if (before_task !== undefined) return opened.before(before_task);
  if (after_task !== undefined) return opened.workspaceAfter(after_task);
  const owner = snapshotOwner(opened.execution.record);
  for (const [label, id] of opened.snapshots.labels())
    if (id === snapshot && isLabelOf(label, owner)) return id;
  throw new CcError('SNAPSHOT_NOT_FOUND', `${String(snapshot)} is no snapshot of this execution.`);
}

function notNow(status: ExecutionStatus): CcError {
  const todo = mayBecome(status, 'paused') ? 'Pause it, or wait for its end.' : 'Wait for its end.';
  return illegal(status, 'restored', todo);
}

async function claim({ restores }: RestorePorts, id: string, turn: string): Promise<() => Promise<void>> {
  const claimed = await restores.begin(id, turn);
  switch (claimed.result) {
    case 'begun':
      return claimed.end;
    case 'illegal':
      throw notNow(claimed.status);
    case 'held':
      throw new CcError(
        'WORKSPACE_BUSY',
        'Processes of its task are stopped in the middle of their work. Those of a prompt are ended some time after the pause (CC_EXECUTOR_PAUSE_HOLD); or cancel the execution, and restore then.',
      );
    case 'taken':
      throw new CcError(
        'WORKSPACE_BUSY',
        claimed.by === null
          ? 'Another restore changes this workspace now.'
          : `Execution ${claimed.by} works in this workspace now. Wait for its end, or cancel it.`,
      );
    case 'missing':
      throw new CcError('EXECUTION_NOT_FOUND', `Execution "${id}" no longer exists.`);
  }
}

async function restore(
  { stores, workspaces, leaveOut, repositories }: RestorePorts,
  record: ExecutionRecord,
  { to, dryRun }: { to: string; dryRun: boolean },
): Promise<RestoreResult> {
  const folder = await workspaces.prepare(record);
  const scanner = new WorkspaceScanner(leaveOut);
  try {
    // What an interrupted restore has left to do is done when the store is opened: the scan comes after that.
    const store = await stores.open(record);
    try {
      const scan = await scanner.begin(folder, null, leftOutOf(repositories, record));
      const { changed, removed, folders } = await scan.state({ whole: true }).catch((error: unknown) => {
        const { message } = error as Error;
        throw new CcError('SNAPSHOTS_UNAVAILABLE', `The workspace can't be read: ${message}.`);
      });
      const label = nextRestoreLabel(store.labels(), record);
      return await store.restore({ folder, changed, removed, folders, previous: null, to, label, dryRun });
    } finally {
      await store.close();
    }
  } catch (error) {
    throw snapshotFailure(error);
  } finally {
    await scanner.close();
  }
}

/** Files that were copied into a clone are in no snapshot, and a restore does not change them. */
function leftOutOf(repositories: string, record: ExecutionRecord): string[] {
  const included = record.repository ? includedPaths(join(repositories, snapshotOwner(record))) : [];
  if (included) return included.map(patternFor);
  throw new CcError('SNAPSHOTS_UNAVAILABLE', 'It is not known which files were copied into its clone.');
}

function shown(
  id: string,
  { dry_run }: RestoreRequest,
  snapshot: string,
  { left, changes, kept }: RestoreResult,
): RestoreView {
  return {
    execution_id: id,
    dry_run,
    snapshot,
    left: dry_run ? null : left,
    changes: changes.slice(0, MOST_NAMED).map(({ path, action }) => ({ ...shownPath(path), action })),
    changes_total: changes.length,
    kept: kept.slice(0, MOST_NAMED).map(({ path, why }) => ({ ...shownPath(path), why })),
    kept_total: kept.length,
  };
}
