import { sharesWorkspace, type ExecutionRecord } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import { snapshotOwner, workspaceLabels } from '@cc-executor/workspaces';
import type { RunSnapshots, TakenSnapshot } from './run-snapshots.ts';
import type { RunWorkspace } from './run-workspace.ts';
import type { WorkspaceBaseline } from './workspace-baseline.ts';
import type { TasksInCopies } from './tasks-in-copies.ts';

interface SharedTasksOptions {
  record: ExecutionRecord;
  workspace: RunWorkspace;
  snapshots: RunSnapshots;
  copies: TasksInCopies;
  logger: Logger;
}

/** The tasks of an execution that only read: they work in the workspace itself, also while others run. */
export class SharedTasks {
  readonly #options: SharedTasksOptions;
  /** Resolves when no attempt is being begun. */
  #beginning: Promise<unknown> = Promise.resolve();

  constructor(options: SharedTasksOptions) {
    this.#options = options;
  }

  /** Returns whether a task works in the workspace itself while others may run. */
  has(task: number): boolean {
    return sharesWorkspace(this.#options.record.tasks, task);
  }

  /** Adds the work that a task needs to the workspace. Throws a NotJoinable. */
  async makeReady(task: number): Promise<void> {
    await this.#inTurn(async () => await this.#options.copies.joinNeeds(task));
  }

  /** Scans the workspace before an attempt, once it has the work that the task needs. Throws a NotJoinable. */
  async begin(
    place: { task: number; attempt: number },
    main: string,
    extraDirs: readonly string[],
  ): Promise<{ baseline: WorkspaceBaseline; before: TakenSnapshot }> {
    const { copies, workspace, snapshots } = this.#options;
    return await this.#inTurn(async () => {
      await copies.joinNeeds(place.task);
      const { scan } = await workspace.baselineAt(null, main, []);
      await scan.changes();
      const before = await snapshots.take(main, scan, { ...place, when: 'before' });
      if (before.event) await copies.begun(place, before.event.snapshot);
      return { before, baseline: await workspace.baselineBeside(place.task, main, extraDirs) };
    });
  }

  /** The last baseline of the workspace is taken from one to the next. */
  async #inTurn<T>(begin: () => Promise<T>): Promise<T> {
    const begun = this.#beginning.then(begin);
    this.#beginning = begun.catch(() => undefined);
    return await begun;
  }

  /** Keeps the snapshot after an attempt as the last one of the workspace. Never rejects. */
  async leave({ before, after }: { before: string | null; after: string | null }): Promise<void> {
    const { record, snapshots, logger } = this.#options;
    if (after === null) return;
    try {
      const store = await snapshots.store();
      const { last, previous } = workspaceLabels(snapshotOwner(record));
      if (before !== null) await store.keep(before, previous);
      await store.keep(after, last);
    } catch (error) {
      logger.warn({ err: error }, 'the last snapshot of the workspace could not be kept');
    }
  }

  /** Releases the scans of a task that has settled. */
  release(task: number): void {
    if (this.has(task)) this.#options.workspace.release(task);
  }
}
