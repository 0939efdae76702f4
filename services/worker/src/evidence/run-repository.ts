import type { EventData } from '@cc-executor/contracts';
import {
  describeTask,
  type ExecutionRecord,
  type RepositoryOf,
  type TaskRecord,
} from '@cc-executor/executions';
import { patternFor, type RepositoryWork } from '@cc-executor/workspaces';

/** Opens what one execution does for a repository of the user, in its own workspace. */
export type OpenRepository = (
  record: ExecutionRecord,
  of: RepositoryOf,
  workspace: string,
) => Pick<RepositoryWork, 'prepare' | 'included' | 'commit' | 'deliver'>;

/** What became of the work of an attempt; what failed is a warning, and nothing of the work is lost. */
export interface Kept {
  committed: EventData<'workspace.committed'> | null;
  delivered: EventData<'workspace.delivered'> | null;
  notCommitted: string[];
  notDelivered: string[];
}

/** The user's repository in one run of an execution. */
export class RunRepository {
  readonly #record: ExecutionRecord;
  readonly #of: RepositoryOf;
  readonly #open: OpenRepository;
  #work: ReturnType<OpenRepository> | null = null;
  #included: string[] = [];

  constructor(open: OpenRepository, record: ExecutionRecord, of: RepositoryOf) {
    this.#open = open;
    this.#record = record;
    this.#of = of;
  }

  /** Makes the workspace a clone, where it is none yet; `fill` changes a new one. Rejects with a RepositoryError. */
  async prepare(workspace: string, fill: (included: readonly string[]) => Promise<void>): Promise<void> {
    if (this.#work) return;
    const work = this.#open(this.#record, this.#of, workspace);
    await work.prepare(fill);
    this.#included = await work.included();
    this.#work = work;
  }

  /** What of the workspace is in no receipt, snapshot or commit, as patterns of .gitignore. */
  get leaveOut(): string[] {
    return this.#included.map(patternFor);
  }

  /** Commits and delivers what a completed task has left. Never rejects. */
  async keep(task: TaskRecord, number: number, receipt: string | null): Promise<Kept> {
    const kept: Kept = { committed: null, delivered: null, notCommitted: [], notDelivered: [] };
    if (!this.#work || this.#of.commits === 'none') return kept;
    const trailers = {
      Execution: this.#record.execution_id,
      Task: String(number),
      ...(receipt === null ? {} : { Receipt: receipt }),
    };
    try {
      const committed = await this.#work.commit({
        task: number,
        subject: describeTask(task),
        trailers,
      });
      kept.notCommitted.push(...(committed?.warnings ?? []));
      if (committed) {
        const { commit, previous, by } = committed;
        kept.committed = { branch: this.#of.branch, commit, previous, by };
      }
    } catch (error) {
      kept.notCommitted.push((error as Error).message);
    }
    try {
      kept.delivered = await this.deliver();
    } catch (error) {
      kept.notDelivered.push((error as Error).message);
    }
    return kept;
  }

  /** Brings what is committed, and not there yet, to where it was asked for; null: there is nothing. */
  async deliver(): Promise<EventData<'workspace.delivered'> | null> {
    const { deliver: to, branch } = this.#of;
    if (!this.#work || to === 'none' || this.#of.commits === 'none') return null;
    const delivered = await this.#work.deliver();
    return delivered && { to, branch, commit: delivered.commit };
  }
}
