import type { EventData, Manifest } from '@cc-executor/contracts';
import { toDocument, toManifestDocument, type Signer } from '@cc-executor/evidence';
import {
  manifestOf,
  runsApart,
  type ExecutionRecord,
  type ExecutionState,
  type TaskRecord,
  type WorkspaceOf,
} from '@cc-executor/executions';
import type { EvidenceFiles } from '@cc-executor/executions-files';
import type { Logger } from '@cc-executor/service-kit';
import { snapshotLabel, snapshotOwner, type SnapshotStores } from '@cc-executor/workspaces';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { RunBeginning, type BeginningPorts } from './run-beginning.ts';
import { Joining } from './joining.ts';
import type { JoinConflict } from './not-joinable.ts';
import { RunCopies, type Copy } from './run-copies.ts';
import { RunSnapshots, type Restored, type TakenSnapshot } from './run-snapshots.ts';
import { RunRepository, type Kept, type OpenRepository } from './run-repository.ts';
import { Scene, type ScenePorts } from './scene.ts';
import { TaskWorks } from './task-works.ts';

export interface RunEvidencePorts extends ScenePorts, BeginningPorts {
  evidence: Pick<EvidenceFiles, 'writeManifest' | 'carry'>;
  signer: Signer;
  openRepository: OpenRepository;
  /** Null: no snapshots are taken. */
  snapshots: SnapshotStores | null;
  /** Returns the folder of the copies in which tasks work that run at the same time. */
  copiesOf: (record: Pick<ExecutionRecord, 'isolation'>) => string;
  /** Returns the path of an execution's workspace, and creates it if it is missing. Throws WORKSPACE_INVALID. */
  prepareWorkspace: (of: WorkspaceOf) => Promise<string>;
}

const NO_COPIES = 'variants need copies of the workspace, and none can be made here';

/** What came of adding the work of a task to the workspace, or why that can't be, for people. */
export type Joined = Kept | { notJoined: string };

/** The snapshot of what a lost attempt has left. */
export interface LeftBehind {
  id: string | null;
  event: EventData<'workspace.snapshot'> | null;
}

type OnJoined = (task: number, joined: Joined) => Promise<void>;

/** The workspace of an attempt, and its state before. */
export interface Stage {
  workspace: string;
  scene: Scene;
  /** The snapshot before the attempt. */
  before: TakenSnapshot;
  /** What was restored for this attempt, and why it is not what the attempt should begin with; both null: nothing. */
  restored: Restored;
}

/** What a variant has done, for the task that picks one of them. */
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

type Evidence = EventData<'execution.completed'>['evidence'];

/** The evidence of one run of an execution: its workspace before each attempt, and the manifest. */
export class RunEvidence {
  readonly #ports: RunEvidencePorts;
  readonly #record: ExecutionRecord;
  readonly #logger: Logger;
  readonly #isHeld: () => Promise<boolean>;
  readonly #isCertain: () => Promise<boolean>;
  readonly #onJoined: OnJoined;
  /** What the workspace lacks of what it should begin with, until that is reported of a task. */
  #lacks: string | null = null;
  readonly snapshots: RunSnapshots;
  /** The user's repository that it works for; null: none. */
  readonly repository: RunRepository | null;
  readonly #beginning: RunBeginning;
  /** Where tasks work that may run at the same time; null: there are none, or they run one after the other. */
  #apart: { works: TaskWorks; copies: RunCopies; joining: Joining } | null = null;
  /** Resolves once the workspace has all that copies of it need; null: that was not tried, or failed. */
  #opening: Promise<void> | null = null;
  readonly #state: () => ExecutionState;
  /** The last scene of the workspace, and of each copy by its task. */
  readonly #scenes = new Map<number | null, Scene>();
  readonly #copies = new Map<number, Copy>();
  #leaving: Promise<unknown> = Promise.resolve();

  /**
   * `isHeld`: returns whether this worker still has the lease, as far as it is known; `isCertain`: waits until that is
   * certain; `state`: the state of the execution as it is now; `onJoined`: called with what came of adding the work of
   * a task in a copy to the workspace and to the branch, where there is something to report.
   */
  constructor(
    ports: RunEvidencePorts,
    execution: { record: ExecutionRecord; state: ExecutionState },
    {
      logger,
      isHeld,
      isCertain,
      state,
      onJoined,
    }: {
      logger: Logger;
      isHeld: () => Promise<boolean>;
      isCertain: () => Promise<boolean>;
      state: () => ExecutionState;
      onJoined: OnJoined;
    },
  ) {
    this.#ports = ports;
    const { record } = execution;
    this.#record = record;
    this.#logger = logger;
    this.#isHeld = isHeld;
    this.#isCertain = isCertain;
    this.#state = state;
    this.#onJoined = onJoined;
    this.snapshots = new RunSnapshots(ports.snapshots, record);
    const { repository } = record;
    this.repository = repository ? new RunRepository(ports.openRepository, record, repository) : null;
    this.#beginning = new RunBeginning(ports, execution, this.repository);
  }

  /**
   * Prepares for tasks that run at the same time, if the list has any and snapshots can be joined here. Never rejects:
   * without that, tasks run one after the other, in the workspace itself. Which of both it is stays so for the execution,
   * once a task has begun: where no copies can be made any more, its tasks fail, and each says why.
   */
  async openCopies(): Promise<void> {
    const { snapshots, looks } = this.#ports;
    const record = this.#record;
    const folder = this.#ports.copiesOf(record);
    if (!runsApart(record)) return;
    const works = new TaskWorks({ folder, record, snapshots: this.snapshots, state: this.#state });
    const { repository } = this;
    const copies = new RunCopies({ works, looks, snapshots: this.snapshots, repository });
    const mayBegin = snapshots !== null && !works.graph.hasBegun;
    if (!mayBegin && !(await copies.areMarked())) return;
    this.#apart = { works, copies, joining: this.#joiningOf(works) };
    try {
      await this.#openMain();
      await copies.mark();
    } catch (error) {
      this.#logger.warn({ err: error }, 'no copies can be made');
      if (works.graph.hasBegun || !(await copies.unmark())) return;
      this.#apart = null;
      this.#logger.warn('its tasks run one after the other');
    }
  }

  /** Returns the workspace, with all that copies need. Rejects where that can't be made; the next call tries again. */
  async #openMain(): Promise<string> {
    if (this.#apart) {
      this.#opening ??= this.#open(this.#apart.copies);
      try {
        await this.#opening;
      } catch (error) {
        this.#opening = null;
        const { message } = error as Error;
        throw new Error(`no copies of the workspace can be made: ${message}`, { cause: error });
      }
    }
    return await this.#ports.prepareWorkspace(this.#record);
  }

  async #open(copies: RunCopies): Promise<void> {
    const main = await this.#ports.prepareWorkspace(this.#record);
    await this.snapshots.settle();
    this.#lacks = (await this.#beginning.prepare(main)) ?? this.#lacks;
    await copies.keepRoot(main);
  }

  #joiningOf(works: TaskWorks): Joining {
    return new Joining({
      works,
      snapshots: this.snapshots,
      isCertain: this.#isCertain,
      see: async () => {
        const workspace = await this.#openMain();
        return { workspace, look: (await this.#sceneAt(null, workspace, [])).look };
      },
      onAdded: async (task) => await this.#joinBranch(task),
      onFailed: async (task, why) => await this.#onJoined(task, { notJoined: why }),
    });
  }

  /** A task that failed has no commits. */
  async #joinBranch(task: number): Promise<void> {
    const record = this.#record.tasks[task - 1];
    const { status, end } = this.#state().tasks[task - 1] ?? {};
    if (!this.repository || !record || status !== 'completed') return;
    await this.#onJoined(task, await this.repository.join(record, task, end?.receipt ?? null));
  }

  /** True if tasks of the list run at the same time here. */
  get runsApart(): boolean {
    return this.#apart !== null;
  }

  /** Returns whether a task works in a copy, since it may run while another one does. */
  isApart(task: number): boolean {
    return this.#apart?.works.graph.isApart(task) === true;
  }

  /** Returns a folder with a conflict in it, for an agent that resolves it for a task; null: none is asked for. */
  async conflictFor(task: number, conflict: JoinConflict): Promise<string | null> {
    const { on_conflict, isolation } = this.#record;
    // The agent would run outside of the containers that the list asks for.
    if (on_conflict !== 'agent' || isolation === 'container' || !this.#apart) return null;
    return await this.#apart.copies.conflictFor(task, conflict, await this.#openMain());
  }

  /** Keeps what an agent has made of a conflict: joins have it from now on. */
  async resolve(folder: string, conflict: JoinConflict): Promise<void> {
    await this.#apart?.copies.resolve(folder, conflict);
  }

  /** Begins to look at what an attempt in a copy has done, which joins and copies of others ask for once it has settled. */
  foresee(task: number): void {
    if (this.isApart(task)) this.#apart?.works.of(task).catch(() => undefined);
  }

  /** Returns the variants that have completed, of those of which a task picks one. Throws a NotJoinable. */
  async variants(task: number): Promise<VariantWork[]> {
    const apart = this.#apart;
    if (!apart) throw new Error(NO_COPIES);
    const { works, copies } = apart;
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

  /** Makes the copy of a task ready, if it works in one. What keeps it from that is reported when it is staged. */
  async prepareCopy(task: number): Promise<void> {
    if (!this.isApart(task)) return;
    try {
      const main = this.#scenes.get(null);
      if (main) await this.#apart?.copies.see(main.look);
      const copy = await this.#apart?.copies.prepare(task, await this.#openMain());
      if (copy) this.#copies.set(task, copy);
    } catch (error) {
      this.#logger.debug({ task, err: error }, 'its copy could not be made yet');
    }
  }

  /**
   * Makes the workspace ready for an attempt at a task and looks at it; an error: why that can't be. `isRetry`: an attempt
   * before has failed, and this one does not go on in its conversation.
   */
  async stage(
    task: TaskRecord | undefined,
    place: { task: number; attempt: number },
    isRetry = false,
  ): Promise<Stage | Error> {
    try {
      if ((task?.variant || task?.picks) && !this.#apart) throw new Error(NO_COPIES);
      const main = await this.#openMain();
      await this.snapshots.settle();
      const lacks = (await this.#beginning.prepare(main)) ?? this.#lacks;
      this.#lacks = null;
      const key = this.isApart(place.task) ? place.task : null;
      if (key === null) await this.#apart?.joining.settled();
      const copy = key === null ? null : await this.#takeCopy(key, main);
      const workspace = copy?.folder ?? main;
      const extraDirs = task?.options.extra_dirs ?? [];
      const restored =
        isRetry && this.#record.on_retry === 'restore'
          ? await this.#restore(key, workspace, place)
          : { event: null, warning: null };
      const scene = await this.#sceneAt(key, workspace, extraDirs);
      if (copy?.base) {
        await scene.look.state();
        scene.look.snapshotted(copy.base.id);
        this.snapshots.known(workspace, copy.base);
      }
      const before = await this.snapshots.take(workspace, scene.look, { ...place, when: 'before' });
      if (copy?.base && before.event) await this.#apart?.copies.begun(place, before.event.snapshot);
      return {
        workspace,
        scene,
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
      const main = await this.#ports.prepareWorkspace(this.#record);
      await this.snapshots.settle();
      this.#lacks = (await this.#beginning.prepare(main)) ?? this.#lacks;
      const key = runsApart(this.#record) && (await isFolder(this.#copyOf(place.task))) ? place.task : null;
      const workspace = key === null ? main : this.#copyOf(key);
      const { look } = await this.#sceneAt(key, workspace, []);
      if (!(await this.#isHeld())) return none;
      const { event, warning } = await this.snapshots.take(workspace, look, { ...place, when: 'after' });
      if (warning !== null) this.#logger.warn({ ...place }, warning);
      return { id: event?.snapshot ?? null, event };
    } catch (error) {
      this.#logger.warn({ ...place, err: error }, 'what a lost attempt has left is in no snapshot');
      return none;
    }
  }

  #copyOf(task: number): string {
    return join(this.#ports.copiesOf(this.#record), snapshotOwner(this.#record), String(task));
  }

  /** Adds the work of a task in a copy to the workspace. Throws a NotJoinable. */
  async join(task: number): Promise<void> {
    await this.#apart?.joining.one(task);
  }

  /**
   * Adds the work of completed tasks in copies that the workspace does not have yet. Returns why not all of it is there, for
   * people; null: it is. Never rejects.
   */
  async joinRest(): Promise<string | null> {
    return (await this.#apart?.joining.rest()) ?? null;
  }

  /** Removes the copy of a task that has settled, beside what goes on. */
  leaveCopy(task: number): void {
    const copies = this.#apart?.copies;
    if (!copies || !this.isApart(task)) return;
    this.#scenes.get(task)?.close();
    this.#scenes.delete(task);
    const variants = this.#apart?.works.graph.variantsOf(task) ?? [];
    const removals = [task, ...variants].map((one) => this.#remove(() => copies.remove(one)));
    this.#leaving = Promise.all([this.#leaving, ...removals]);
  }

  /** Removes all copies of an execution that has ended. Never rejects. */
  async leaveCopies(): Promise<void> {
    const copies = this.#apart?.copies;
    await this.#leaving;
    if (copies) await this.#remove(() => copies.removeAll());
  }

  async #remove(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'a copy of the workspace could not be removed');
    });
  }

  async #takeCopy(task: number, main: string): Promise<Copy | null> {
    const copy = this.#copies.get(task) ?? (await this.#apart?.copies.prepare(task, main)) ?? null;
    this.#copies.delete(task);
    return copy;
  }

  async #sceneAt(key: number | null, workspace: string, extraDirs: readonly string[]): Promise<Scene> {
    const where = { workspace, extraDirs, leaveOut: this.repository?.leaveOut ?? [] };
    const scene = await Scene.open(this.#ports, where, this.#scenes.get(key) ?? null);
    this.#scenes.set(key, scene);
    return scene;
  }

  /** What was seen of the workspace before says nothing of it any more. */
  async #restore(
    key: number | null,
    workspace: string,
    place: { task: number; attempt: number },
  ): Promise<Restored> {
    this.#scenes.get(key)?.close();
    this.#scenes.delete(key);
    const look = await this.#ports.looks.begin(workspace, null, this.repository?.leaveOut ?? []);
    try {
      return await this.snapshots.restoreFirst(workspace, look, place);
    } finally {
      look.release();
    }
  }

  /** Releases the scans of the workspace. */
  async close(): Promise<void> {
    await this.#apart?.joining.close();
    for (const scene of this.#scenes.values()) scene.close();
    this.#scenes.clear();
    await this.#leaving;
    await this.snapshots.close();
  }

  /**
   * Writes and signs the manifest of the execution, and returns the evidence for its last event; null: that failed.
   * Tasks that are not settled end with it.
   */
  async seal(state: ExecutionState, status: Manifest['status']): Promise<Evidence> {
    const { receipts, head } = state.summary.evidence;
    const { execution_id } = this.#record;
    const now = new Date().toISOString();
    const manifest = toManifestDocument(manifestOf({ record: this.#record, state }, status, now));
    try {
      const signed = await this.#ports.signer.sign(manifest);
      // Signing may have taken long: what another worker wrote since must stay.
      if (!(await this.#isHeld())) throw new Error('Another worker holds the execution now.');
      const signature = toDocument({ schema: 1, manifest: manifest.sha256, ...signed });
      this.#ports.evidence.writeManifest(execution_id, {
        manifest: manifest.text,
        signature: signature.text,
      });
      return { receipts, head, manifest: manifest.sha256, ...signed };
    } catch (error) {
      this.#logger.error({ err: error }, 'its evidence could not be signed and written');
      return null;
    }
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

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isDirectory() === true;
}
