import type { EventData, RepositoryRecord } from '@cc-executor/contracts';
import { describeTask, type ExecutionRecord, type TaskRecord } from '@cc-executor/executions';
import { patternFor, type CopiedClone, type RepositoryWork } from '@cc-executor/workspaces';

/** Opens what one execution does for a repository of the user, in its own workspace. */
export type OpenRepository = (
  record: ExecutionRecord,
  of: RepositoryRecord,
  workspace: string,
) => Pick<
  RepositoryWork,
  | 'prepare'
  | 'included'
  | 'commit'
  | 'deliver'
  | 'keepRoot'
  | 'has'
  | 'beginCopy'
  | 'commitCopy'
  | 'join'
  | 'leaveCopy'
>;

/** The result of committing and delivering the work of an attempt. A failure is a warning; no work is lost. */
export interface DeliveryResult {
  committed: EventData<'workspace.committed'> | null;
  delivered: EventData<'workspace.delivered'> | null;
  notCommitted: string[];
  notDelivered: string[];
}

/** The user's repository in one run of an execution. */
export class RunRepository {
  readonly #record: ExecutionRecord;
  readonly #of: RepositoryRecord;
  readonly #open: OpenRepository;
  #work: ReturnType<OpenRepository> | null = null;
  #included: string[] = [];

  constructor(open: OpenRepository, record: ExecutionRecord, of: RepositoryRecord) {
    this.#open = open;
    this.#record = record;
    this.#of = of;
  }

  /**
   * Makes the workspace a clone, where it is none yet; `fill` changes a new one. Rejects with a RepositoryError, or with the
   * reason of `signal`.
   */
  async prepare(
    workspace: string,
    fill: (included: readonly string[]) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    if (this.#work) return;
    const work = this.#open(this.#record, this.#of, workspace);
    await work.prepare(fill, signal);
    this.#included = await work.included();
    this.#work = work;
  }

  /** The paths of the workspace that are in no receipt, snapshot or commit, as patterns of .gitignore. */
  get leaveOut(): string[] {
    return this.#included.map(patternFor);
  }

  /** The paths that were copied into the clone, and that git does not carry. */
  get included(): readonly string[] {
    return this.#included;
  }

  /** Keeps the commit of the clone as it is before any task. */
  async keepRoot(): Promise<void> {
    await this.#work?.keepRoot();
  }

  /** Returns whether a task has left commits, or the branch has its work. */
  async has(task: number): Promise<boolean> {
    return this.#of.commits !== 'none' && (await this.#work?.has(task)) === true;
  }

  /** Lets the copy of a task begin with the commits of others. Rejects with a RepositoryError. */
  async beginCopy(copy: CopiedClone, tasks: readonly number[]): Promise<void> {
    await this.#work?.beginCopy(copy, tasks);
  }

  async leaveCopy(task: number): Promise<void> {
    await this.#work?.leaveCopy(task);
  }

  /**
   * Commits and delivers what a completed task has left; in a copy, it commits there, and the branch gets it by `join`.
   * `folder`: of the copy; null: it has worked in the clone. Never rejects.
   */
  async keep(
    task: TaskRecord,
    number: number,
    receipt: string | null,
    folder: string | null,
  ): Promise<DeliveryResult> {
    const kept = nothingKept();
    const work = this.#work;
    if (!work || this.#of.commits === 'none') return kept;
    const message = this.#message(task, number, receipt);
    await this.#commit(kept, async () =>
      folder === null
        ? await work.commit({ task: number, ...message })
        : await work.commitCopy({ task: number, folder }, message),
    );
    if (folder === null) await this.#deliverTo(kept);
    return kept;
  }

  /** Brings the commits of a task's copy to the branch, whose files the clone has already, and delivers it. Never rejects. */
  async join(task: TaskRecord, number: number, receipt: string | null): Promise<DeliveryResult> {
    const kept = nothingKept();
    const work = this.#work;
    if (!work || this.#of.commits === 'none') return kept;
    const message = this.#message(task, number, receipt);
    await this.#commit(kept, async () => await work.join({ task: number, ...message }));
    await this.#deliverTo(kept);
    return kept;
  }

  #message(task: TaskRecord, number: number, receipt: string | null) {
    const trailers = {
      Execution: this.#record.execution_id,
      Task: String(number),
      ...(receipt === null ? {} : { Receipt: receipt }),
    };
    return { subject: describeTask(task), trailers };
  }

  async #commit(kept: DeliveryResult, commit: () => ReturnType<RepositoryWork['commit']>): Promise<void> {
    try {
      const committed = await commit();
      kept.notCommitted.push(...(committed?.warnings ?? []));
      if (!committed) return;
      const { commit: id, previous, by } = committed;
      // There was nothing but warnings.
      if (id === previous) return;
      kept.committed = { branch: this.#of.branch, commit: id, previous, by };
    } catch (error) {
      kept.notCommitted.push((error as Error).message);
    }
  }

  async #deliverTo(kept: DeliveryResult): Promise<void> {
    try {
      kept.delivered = await this.deliver();
    } catch (error) {
      kept.notDelivered.push((error as Error).message);
    }
  }

  /** Delivers commits that are not delivered yet to the requested place; null: there are none. */
  async deliver(): Promise<EventData<'workspace.delivered'> | null> {
    const { deliver: to, branch } = this.#of;
    if (!this.#work || to === 'none' || this.#of.commits === 'none') return null;
    const delivered = await this.#work.deliver();
    return delivered && { to, branch, commit: delivered.commit };
  }
}

function nothingKept(): DeliveryResult {
  return { committed: null, delivered: null, notCommitted: [], notDelivered: [] };
}
