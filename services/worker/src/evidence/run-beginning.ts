import { numbered } from '@cc-executor/contracts/task-numbers';
import { counted } from '@cc-executor/contracts/english';
import { shownPath } from '@cc-executor/evidence/walked-names';
import type { WorkspaceScanner } from '@cc-executor/evidence/workspace';
import type { ExecutionRecord, ExecutionState, RerunOf, TaskJoin } from '@cc-executor/executions';
import type { EvidenceFiles } from '@cc-executor/executions-files';
import {
  beginOnce,
  patternFor,
  snapshotOwner,
  type SnapshotStore,
  type SnapshotStores,
} from '@cc-executor/workspaces';
import { mergeWork } from './merge-work.ts';
import type { RunRepository } from './run-repository.ts';

export interface BeginningPorts {
  evidence: Pick<EvidenceFiles, 'carry'>;
  scanner: Pick<WorkspaceScanner, 'begin'>;
  /** Null: no snapshots are taken. */
  snapshots: Pick<SnapshotStores, 'openExisting'> | null;
  /** Returns the folder of what is kept of an execution's workspace. */
  keptFolder: (of: RerunOf['takes_over']) => string;
}

/** The beginning of an execution: the clone of a repository, and the data of the execution that it reruns. */
export class RunBeginning {
  readonly #ports: BeginningPorts;
  readonly #record: ExecutionRecord;
  readonly #state: ExecutionState;
  readonly #repository: RunRepository | null;
  #isDone = false;

  constructor(
    ports: BeginningPorts,
    { record, state }: { record: ExecutionRecord; state: ExecutionState },
    repository: RunRepository | null,
  ) {
    this.#ports = ports;
    this.#record = record;
    this.#state = state;
    this.#repository = repository;
  }

  /**
   * Makes the workspace what its execution begins with, where it is not yet, whole or not at all. Returns what it lacks, for
   * people; null: nothing, or it was made before. Rejects when it can't be made, or `signal` has aborted; the next call tries
   * again.
   */
  async prepare(workspace: string, signal?: AbortSignal): Promise<string | null> {
    if (this.#isDone) return null;
    const { rerun } = this.#record;
    if (rerun) await this.#carry(rerun);
    const from = rerun?.begins_with ?? null;
    let lacks: string | null = null;
    const fill = async (included: readonly string[]) => {
      if (from) lacks = await this.#fill(workspace, from, included);
    };
    if (this.#repository) await this.#repository.prepare(workspace, fill, signal);
    else if (from) {
      const folder = this.#ports.keptFolder(this.#record);
      await beginOnce({ folder, workspace }, async () => {
        await fill([]);
        return [];
      });
    }
    this.#isDone = true;
    return lacks;
  }

  /** The outputs of the tasks that were carried over, for those that follow. */
  async #carry({ takes_over }: RerunOf): Promise<void> {
    for (const [task, { carried_from: origin, end }] of numbered(this.#state.tasks)) {
      if (!origin || !end) continue;
      const isEmpty = end.receipt === null && end.stdout_bytes === 0 && end.stderr_bytes === 0;
      if (isEmpty && end.result === null) continue;
      const { execution_id: executionId } = takes_over;
      const attempt = executionId === origin.execution_id ? origin.attempt : 0;
      const places = [
        { executionId, task, attempt },
        { executionId: origin.execution_id, task, attempt: origin.attempt },
      ];
      await this.#ports.evidence.carry(places, { executionId: this.#record.execution_id, task });
    }
  }

  async #fill(
    folder: string,
    { snapshot, joins = [], ...of }: NonNullable<RerunOf['begins_with']>,
    included: readonly string[],
  ): Promise<string | null> {
    const { snapshots, scanner } = this.#ports;
    if (!snapshots) throw new Error('No snapshots are taken here (CC_EXECUTOR_SNAPSHOTS).');
    const store = await snapshots.openExisting(of);
    if (!store) throw new Error(`The snapshots of execution ${of.execution_id} were removed.`);
    const scan = await scanner.begin(folder, null, included.map(patternFor));
    try {
      const to = await joined(store, { snapshot, joins, owner: snapshotOwner(of) });
      const { changed, removed, folders } = await scan.state({ whole: true });
      const { kept: lacking } = await store.populate({ folder, changed, removed, folders, to });
      const [first] = lacking;
      if (!first) return null;
      return `${counted(lacking.length, 'path is', 'paths are')} not as in the snapshot, such as ${JSON.stringify(shownPath(first.path).path)} (${first.why})`;
    } finally {
      scan.release();
      await store.close();
    }
  }
}

/**
 * Returns the snapshot of another one with what tasks have done. It is kept under a name of the execution that ran them.
 * Throws a JoinConflict.
 */
async function joined(
  store: Pick<SnapshotStore, 'merge' | 'labelled'>,
  { snapshot, joins, owner }: { snapshot: string; joins: readonly TaskJoin[]; owner: string },
): Promise<string> {
  let ours = snapshot;
  for (const join of joins)
    ours = await mergeWork(store, { ...join, ours }, { owner, label: `${owner} rerun ${String(join.task)}` });
  return ours;
}
