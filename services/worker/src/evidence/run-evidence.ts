import { taskAt } from '@cc-executor/contracts/task-numbers';
import type { EventData } from '@cc-executor/contracts';
import type { ExecutionRecord, ExecutionState, TaskRecord } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import { snapshotLabel, snapshotOwner, type SnapshotStores } from '@cc-executor/workspaces';
import { noRoomIn } from './no-room.ts';
import { RunRepository, type OpenRepository } from './run-repository.ts';
import { RunSnapshots, type Restored, type TakenSnapshot } from './run-snapshots.ts';
import { RunWorkspace, type WorkspacePorts } from './run-workspace.ts';
import type { WorkspaceBaseline } from './workspace-baseline.ts';
import { SharedTasks } from './shared-tasks.ts';
import { NO_COPIES, TasksInCopies, type CopiesPorts, type JoinResult } from './tasks-in-copies.ts';

interface RunEvidencePorts extends WorkspacePorts, CopiesPorts {
  scanner: WorkspacePorts['scanner'];
  openRepository: OpenRepository;
  /** Null: no snapshots are taken. */
  snapshots: SnapshotStores | null;
}

/** The snapshot of what a lost attempt has left. */
export interface LeftBehind {
  id: string | null;
  event: EventData<'workspace.snapshot'> | null;
}

/** The workspace of an attempt, and its state before. */
export interface PreparedWorkspace {
  workspace: string;
  baseline: WorkspaceBaseline;
  /** The snapshot before the attempt. */
  before: TakenSnapshot;
  /** The restore for this attempt, and why the beginning is incomplete; both null: neither. */
  restored: Restored;
}

interface RunEvidenceOptions {
  logger: Logger;
  /** Returns whether this worker still has the lease, as far as that is known. */
  isHeld: () => Promise<boolean>;
  /** Waits until it is certain whether this worker still has the lease, and returns that. */
  isCertain: () => Promise<boolean>;
  /** The state of the execution as it is now. */
  state: () => ExecutionState;
  /** Called with the result of adding a task's work to the workspace and to the branch, where there is something to report. */
  onJoined: (task: number, joined: JoinResult) => Promise<void>;
}

/** The evidence of one run of an execution: where each attempt works, and the snapshots around it. */
export class RunEvidence {
  readonly snapshots: RunSnapshots;
  /** The user's repository that it works for; null: none. */
  readonly repository: RunRepository | null;
  /** The tasks that work in copies. */
  readonly copies: TasksInCopies;
  /** The tasks that work in the workspace itself while others run. */
  readonly shared: SharedTasks;
  readonly #ports: RunEvidencePorts;
  readonly #record: ExecutionRecord;
  readonly #workspace: RunWorkspace;
  readonly #state: () => ExecutionState;
  readonly #logger: Logger;
  readonly #isHeld: () => Promise<boolean>;

  constructor(
    ports: RunEvidencePorts,
    execution: { record: ExecutionRecord; state: ExecutionState },
    { logger, isHeld, ...now }: RunEvidenceOptions,
  ) {
    const { record } = execution;
    this.#ports = ports;
    this.#record = record;
    this.#state = now.state;
    this.#logger = logger;
    this.#isHeld = isHeld;
    const snapshots = new RunSnapshots(ports.snapshots, record);
    const repository = record.repository
      ? new RunRepository(ports.openRepository, record, record.repository)
      : null;
    const workspace = new RunWorkspace(ports, { execution, snapshots, repository });
    this.snapshots = snapshots;
    this.repository = repository;
    this.#workspace = workspace;
    const parts = { record, workspace, snapshots, logger };
    this.copies = new TasksInCopies(ports, { ...parts, repository, ...now });
    this.shared = new SharedTasks({ ...parts, copies: this.copies });
  }

  /** Makes the workspace what the execution begins with, once. Rejects if that fails or is aborted; the next call tries again. */
  async begin(signal: AbortSignal): Promise<void> {
    await this.#workspace.begin(await this.#workspace.path(), signal);
  }

  /** Returns whether a task may run while another one does. */
  mayRunBeside(task: number): boolean {
    return this.copies.has(task) || this.shared.has(task);
  }

  /**
   * Makes the folder ready in which a task will work. Returns why there is no room for that now, for people; null: there is.
   * Any other error is reported by `prepare`.
   */
  async makeReady(task: number): Promise<string | null> {
    try {
      await (this.shared.has(task) ? this.shared.makeReady(task) : this.copies.makeReady(task));
      return null;
    } catch (error) {
      this.#logger.debug({ task, err: error }, 'its folder could not be made ready yet');
      return noRoomIn(error);
    }
  }

  /** Releases what a task has needed that has settled. */
  leave(task: number): void {
    this.copies.remove(task);
    this.shared.release(task);
  }

  /**
   * Makes the workspace ready for an attempt at a task and looks at it. Returns an error that says why that can't be.
   * `isRetry`: an attempt before has failed, and this one does not resume its conversation.
   */
  async prepare(
    task: TaskRecord | undefined,
    place: { task: number; attempt: number },
    isRetry = false,
  ): Promise<PreparedWorkspace | Error> {
    const { copies } = this;
    try {
      if ((task?.variant || task?.picks) && !copies.areUsed) throw new Error(NO_COPIES);
      const main = await copies.workspace();
      await this.#workspace.begin(main);
      const lacks = this.#workspace.takeLacks();
      if (this.shared.has(place.task)) {
        const begun = await this.shared.begin(place, main, task?.options.extra_dirs ?? []);
        return { workspace: main, ...begun, restored: { event: null, warning: lacks } };
      }
      const key = copies.has(place.task) ? place.task : null;
      if (key === null) await copies.joinSettled();
      const copy = key === null ? null : await copies.take(key, main);
      const workspace = copy?.folder ?? main;
      const restored =
        isRetry && this.#record.on_retry === 'restore'
          ? await this.#workspace.restoreFirst(key, workspace, place)
          : { event: null, warning: null };
      const baseline = await this.#workspace.baselineAt(key, workspace, task?.options.extra_dirs ?? []);
      if (copy?.base) {
        await baseline.scan.state();
        baseline.scan.snapshotted(copy.base.id);
        this.snapshots.known(workspace, copy.base);
      }
      const before = await this.snapshots.take(workspace, baseline.scan, { ...place, when: 'before' });
      if (copy?.base && before.event) await copies.begun(place, before.event.snapshot);
      return {
        workspace,
        baseline,
        before,
        restored: { event: restored.event, warning: restored.warning ?? lacks ?? copy?.lacks ?? null },
      };
    } catch (error) {
      return error as Error;
    }
  }

  /**
   * Takes the snapshot of what an attempt has left whose worker was lost, before anything else changes that. Returns its id;
   * null: there is none; and what is to be reported of it. Nothing of the attempt may run any more. Never rejects.
   */
  async leftBehind(place: { task: number; attempt: number }): Promise<LeftBehind> {
    const none = { id: null, event: null };
    if (this.#ports.snapshots === null) return none;
    try {
      const label = snapshotLabel({ execution: snapshotOwner(this.#record), ...place, when: 'after' });
      // It may have been taken just before.
      const id = (await this.snapshots.store()).labelled(label);
      if (id !== null) return { id, event: null };
      const main = await this.#workspace.path();
      await this.#workspace.begin(main);
      const copy = await this.copies.folderOf(place.task);
      // What it left is nowhere; the workspace has none of it.
      if (copy === null && taskAt(this.#state().tasks, place.task)?.in_copy === true) return none;
      const workspace = copy ?? main;
      const { scan } = await this.#workspace.baselineAt(copy === null ? null : place.task, workspace, []);
      if (!(await this.#isHeld())) return none;
      const { event, warning } = await this.snapshots.take(workspace, scan, { ...place, when: 'after' });
      if (warning !== null) this.#logger.warn({ ...place }, warning);
      return { id: event?.snapshot ?? null, event };
    } catch (error) {
      this.#logger.warn(
        { ...place, err: error },
        'the work of a lost attempt could not be stored as a snapshot',
      );
      return none;
    }
  }

  /** Releases the scans of the workspace. */
  async close(): Promise<void> {
    await this.copies.close();
    this.#workspace.close();
    await this.snapshots.close();
  }
}
