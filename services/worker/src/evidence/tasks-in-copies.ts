import { taskAt } from '@cc-executor/contracts/task-numbers';
import type { WorkspaceScanner } from '@cc-executor/evidence/workspace';
import { counted } from '@cc-executor/contracts/english';
import { runsApart, type ExecutionRecord, type ExecutionState } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import { snapshotOwner, type SnapshotStores } from '@cc-executor/workspaces';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { Joining, type NotAdded } from './joining.ts';
import { noRoomIn } from './no-room.ts';
import type { JoinConflict } from './not-joinable.ts';
import { RunCopies, type Copy } from './run-copies.ts';
import type { DeliveryResult, RunRepository } from './run-repository.ts';
import type { RunSnapshots } from './run-snapshots.ts';
import type { RunWorkspace } from './run-workspace.ts';
import { TaskWorks } from './task-works.ts';

export interface CopiesPorts {
  scanner: Pick<WorkspaceScanner, 'begin'>;
  /** Null: no snapshots are taken. */
  snapshots: SnapshotStores | null;
  /** Returns the folder of the copies in which tasks work that run at the same time. */
  copiesOf: (record: Pick<ExecutionRecord, 'isolation'>) => string;
}

/** The result of merging the work of a task into the workspace, or why that failed, for people. */
export type JoinResult = DeliveryResult | { notJoined: string };

/** The work of a variant, for the task that picks one of them. */
export interface VariantWork {
  /** From 1, among the variants. */
  number: number;
  /** The number of its task. */
  task: number;
  /** Its copy; nothing works there any more. */
  folder: string;
  /** Returns what it has changed, as a diff for people: the first `most` characters, or somewhat more. */
  changes: (most: number) => Promise<string>;
}

interface TasksInCopiesOptions {
  record: ExecutionRecord;
  workspace: RunWorkspace;
  snapshots: RunSnapshots;
  /** The user's repository that it works for; null: none. */
  repository: RunRepository | null;
  logger: Logger;
  /** Waits until it is certain whether this worker still has the lease, and returns that. */
  isCertain: () => Promise<boolean>;
  /** The state of the execution as it is now. */
  state: () => ExecutionState;
  /** Called with the result of adding a task's work to the workspace and to the branch, where there is something to report. */
  onJoined: (task: number, joined: JoinResult) => Promise<void>;
}

export const NO_COPIES = 'variants need copies of the workspace, and none can be made here';

/** The tasks of an execution that may run at the same time: each works in a copy, and its work is added to the workspace. */
export class TasksInCopies {
  readonly #ports: CopiesPorts;
  readonly #options: TasksInCopiesOptions;
  readonly #record: ExecutionRecord;
  readonly #logger: Logger;
  /** Null: the execution has no such tasks, or they run one after the other. */
  #parts: { works: TaskWorks; copies: RunCopies; joining: Joining } | null = null;
  /** Resolves once the workspace has all that copies of it need; null: that was not tried, or failed. */
  #opening: Promise<void> | null = null;
  /** Copies that are prepared, and not taken yet, by task. */
  readonly #prepared = new Map<number, Copy>();
  #removing: Promise<unknown> = Promise.resolve();

  constructor(ports: CopiesPorts, options: TasksInCopiesOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#record = options.record;
    this.#logger = options.logger;
  }

  /**
   * Prepares for tasks that run at the same time, if the list has any and snapshots can be joined here. Returns why there is
   * no room for that now, for people: then no task may begin; null: there is. Never rejects: if no copies can be made for
   * another reason, tasks run one after the other, in the workspace itself. This does not change once a task has begun: if
   * no copies can be made any more, the tasks fail with that reason.
   */
  async open(): Promise<string | null> {
    const { snapshots: stores, scanner } = this.#ports;
    const { snapshots, repository, state } = this.#options;
    const record = this.#record;
    const folder = this.#ports.copiesOf(record);
    if (!runsApart(record)) return null;
    const works = new TaskWorks({ folder, record, snapshots, state });
    const copies = new RunCopies({ works, scanner, snapshots, repository, places: record.copies ?? {} });
    const mayBegin = stores !== null && !works.graph.hasBegun;
    // The folder of the copies may be another one than before, or have been emptied: the log knows what ran in one.
    if (!mayBegin && !works.graph.hasCopies && !(await copies.areMarked())) return null;
    this.#parts = { works, copies, joining: this.#joiningOf(works) };
    try {
      await this.workspace();
      await copies.mark();
    } catch (error) {
      this.#logger.warn({ err: error }, 'no copies can be made');
      const noRoom = noRoomIn(error);
      if (noRoom !== null) return noRoom;
      if (works.graph.hasBegun || !(await copies.unmark())) return null;
      this.#parts = null;
      this.#logger.warn('its tasks run one after the other');
    }
    return null;
  }

  /** True if tasks of the list run at the same time here. */
  get areUsed(): boolean {
    return this.#parts !== null;
  }

  /** Returns whether a task works in a copy, since it may run while another one does. */
  has(task: number): boolean {
    return this.#parts?.works.graph.isApart(task) === true;
  }

  /** Returns the workspace, with all that copies need. Rejects where that can't be made; the next call tries again. */
  async workspace(): Promise<string> {
    if (this.#parts) {
      this.#opening ??= this.#keepRoot(this.#parts.copies);
      try {
        await this.#opening;
      } catch (error) {
        this.#opening = null;
        const { message } = error as Error;
        throw new Error(`no copies of the workspace can be made: ${message}`, { cause: error });
      }
    }
    return await this.#options.workspace.path();
  }

  async #keepRoot(copies: RunCopies): Promise<void> {
    const { workspace } = this.#options;
    const path = await workspace.path();
    await workspace.begin(path);
    await copies.keepRoot(path);
  }

  #joiningOf(works: TaskWorks): Joining {
    const { snapshots, isCertain, onJoined, workspace } = this.#options;
    return new Joining({
      works,
      snapshots,
      isCertain,
      see: async () => {
        const path = await this.workspace();
        return { workspace: path, scan: (await workspace.baselineAt(null, path, [])).scan };
      },
      onAdded: async (task) => await this.#joinBranch(task),
      onFailed: async (task, why) => await onJoined(task, { notJoined: why }),
    });
  }

  /** A task that failed has no commits. */
  async #joinBranch(task: number): Promise<void> {
    const { repository, state, onJoined } = this.#options;
    const record = taskAt(this.#record.tasks, task);
    const { status, end } = taskAt(state().tasks, task) ?? {};
    if (!repository || !record || status !== 'completed') return;
    await onJoined(task, await repository.join(record, task, end?.receipt ?? null));
  }

  /** Makes the copy of a task ready, or the workspace if it works there alone. Throws a NotJoinable. */
  async makeReady(task: number): Promise<void> {
    if (!this.has(task)) return await this.joinSettled();
    const { scan } = this.#options.workspace;
    if (scan) await this.#parts?.copies.see(scan);
    const copy = await this.#parts?.copies.prepare(task, await this.workspace());
    if (copy) this.#prepared.set(task, copy);
  }

  /** Returns the copy of a task for an attempt; null: there are none. Throws a NotJoinable. */
  async take(task: number, workspace: string): Promise<Copy | null> {
    const copy = this.#prepared.get(task) ?? (await this.#parts?.copies.prepare(task, workspace)) ?? null;
    this.#prepared.delete(task);
    return copy;
  }

  /** Keeps what an attempt in a new copy begins with. */
  async begun(place: { task: number; attempt: number }, snapshot: string): Promise<void> {
    await this.#parts?.copies.begun(place, snapshot);
  }

  /** Returns the folder of a task's copy if it is there; null: it is not. */
  async folderOf(task: number): Promise<string | null> {
    if (!runsApart(this.#record)) return null;
    const folder = join(this.#ports.copiesOf(this.#record), snapshotOwner(this.#record), String(task));
    return (await lstat(folder).catch(() => null))?.isDirectory() === true ? folder : null;
  }

  /** Returns what a task wrote since a time into files that its copy shares with others, for people; null: nothing. */
  async writtenInPlace(task: number, since: Date): Promise<string | null> {
    if (!this.has(task) || !this.#record.copies?.link || !this.#parts) return null;
    const { files, first } = await this.#parts.copies.writtenInPlace(task, since);
    if (first === null) return null;
    return `${counted(files, 'file')} that its copy shares by a link with the workspace and other copies (copies.link) changed in place while it ran, such as ${JSON.stringify(first)}: they have the new content too. What is written to should be copied (copies.copy).`;
  }

  /** Begins to compare a copy with its beginning: joins and other copies need that once it has settled. */
  compareSoon(task: number): void {
    if (this.has(task)) this.#parts?.works.of(task).catch(() => undefined);
  }

  /** Returns the variants that have completed, of those of which a task picks one. Throws a NotJoinable. */
  async variants(task: number): Promise<VariantWork[]> {
    if (!this.#parts) throw new Error(NO_COPIES);
    const { works, copies } = this.#parts;
    const found: VariantWork[] = [];
    for (const [index, one] of works.graph.variantsOf(task).entries()) {
      if (works.graph.stateOf(one).status !== 'completed') continue;
      const changes = async (most: number) => {
        const { before, after } = await works.of(one);
        return await textOf((await works.store()).patch(before, after, { form: 'text' }), most);
      };
      found.push({ number: index + 1, task: one, folder: await copies.settled(one), changes });
    }
    return found;
  }

  /** Returns a folder with a conflict in it, for an agent that resolves it for a task; null: none is requested. */
  async conflictFor(task: number, conflict: JoinConflict): Promise<string | null> {
    if (this.#record.on_conflict !== 'agent' || !this.#parts) return null;
    return await this.#parts.copies.conflictFor(task, conflict, await this.workspace());
  }

  /** Keeps an agent's resolution of a conflict. Joins use it from now on. */
  async resolve(folder: string, conflict: JoinConflict): Promise<void> {
    await this.#parts?.copies.resolve(folder, conflict);
  }

  /** Adds the work of a task in a copy to the workspace. Throws a NotJoinable. */
  async join(task: number): Promise<void> {
    await this.#parts?.joining.one(task);
  }

  /** Adds the work of everything that has settled to the workspace. Throws a NotJoinable. */
  async joinSettled(): Promise<void> {
    await this.#parts?.joining.settled();
  }

  /** Adds what a task needs to the workspace, for one that begins there. Throws a NotJoinable. */
  async joinNeeds(task: number): Promise<void> {
    await this.#parts?.joining.neededBy(task);
  }

  /** Returns whether the workspace has all that a task needs. */
  async hasJoined(task: number): Promise<boolean> {
    return (await this.#parts?.joining.hasNeeds(task).catch(() => false)) ?? true;
  }

  /**
   * Adds the work of completed tasks in copies that the workspace does not have yet. Returns why not all of it is there;
   * null: it is. Never rejects.
   */
  async joinRest(): Promise<NotAdded | null> {
    return (await this.#parts?.joining.rest()) ?? null;
  }

  /** Begins to remove the copy of a task that has settled. */
  remove(task: number): void {
    if (!this.#parts || !this.has(task)) return;
    const { copies, works } = this.#parts;
    this.#options.workspace.release(task);
    const removals = [task, ...works.graph.variantsOf(task)].map((one) =>
      this.#tryTo(() => copies.remove(one)),
    );
    this.#removing = Promise.all([this.#removing, ...removals]);
  }

  /** Removes all copies of an execution that has ended. Never rejects. */
  async removeAll(): Promise<void> {
    const copies = this.#parts?.copies;
    await this.#removing;
    if (copies) await this.#tryTo(() => copies.removeAll());
  }

  async #tryTo(remove: () => Promise<void>): Promise<void> {
    await remove().catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'a copy of the workspace could not be removed');
    });
  }

  /** Resolves when nothing is being joined or removed. Nothing is joined after that. */
  async close(): Promise<void> {
    await this.#parts?.joining.close();
    await this.#removing;
  }
}

async function textOf(chunks: AsyncIterable<Buffer>, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= most) break;
  }
  return text;
}
