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
import type { SnapshotStores } from '@cc-executor/workspaces';
import { RunBeginning, type BeginningPorts } from './run-beginning.ts';
import { RunCopies, type Copy } from './run-copies.ts';
import { RunSnapshots, type Restored, type TakenSnapshot } from './run-snapshots.ts';
import { RunRepository, type OpenRepository } from './run-repository.ts';
import { Scene, type ScenePorts } from './scene.ts';

export interface RunEvidencePorts extends ScenePorts, BeginningPorts {
  evidence: Pick<EvidenceFiles, 'writeManifest' | 'carry'>;
  signer: Signer;
  openRepository: OpenRepository;
  /** Null: no snapshots are taken. */
  snapshots: SnapshotStores | null;
  /** The folder of the copies in which tasks work that run at the same time. */
  copies: string;
  /** Returns the path of an execution's workspace, and creates it if it is missing. Throws WORKSPACE_INVALID. */
  prepareWorkspace: (of: WorkspaceOf) => Promise<string>;
}

/** The workspace of an attempt, and its state before. */
export interface Stage {
  workspace: string;
  scene: Scene;
  /** The snapshot before the attempt. */
  before: TakenSnapshot;
  /** What was restored for this attempt, and why it is not what the attempt should begin with; both null: nothing. */
  restored: Restored;
}

type Evidence = EventData<'execution.completed'>['evidence'];

/** The evidence of one run of an execution: its workspace before each attempt, and the manifest. */
export class RunEvidence {
  readonly #ports: RunEvidencePorts;
  readonly #record: ExecutionRecord;
  readonly #logger: Logger;
  readonly #isHeld: () => Promise<boolean>;
  readonly #isCertain: () => Promise<boolean>;
  readonly snapshots: RunSnapshots;
  /** The user's repository that it works for; null: none. */
  readonly repository: RunRepository | null;
  readonly #beginning: RunBeginning;
  /** Where tasks work that may run at the same time; null: there are none, or they run one after the other. */
  copies: RunCopies | null = null;
  readonly #state: () => ExecutionState;
  /** The last scene of the workspace, and of each copy by its task. */
  readonly #scenes = new Map<number | null, Scene>();
  readonly #copies = new Map<number, Copy>();
  #joining: Promise<unknown> = Promise.resolve();
  #leaving: Promise<unknown> = Promise.resolve();

  /**
   * `isHeld`: returns whether this worker still has the lease, as far as it is known; `isCertain`: waits until that is
   * certain; `state`: the state of the execution as it is now.
   */
  constructor(
    ports: RunEvidencePorts,
    execution: { record: ExecutionRecord; state: ExecutionState },
    {
      logger,
      isHeld,
      isCertain,
      state,
    }: {
      logger: Logger;
      isHeld: () => Promise<boolean>;
      isCertain: () => Promise<boolean>;
      state: () => ExecutionState;
    },
  ) {
    this.#ports = ports;
    const { record } = execution;
    this.#record = record;
    this.#logger = logger;
    this.#isHeld = isHeld;
    this.#isCertain = isCertain;
    this.#state = state;
    this.snapshots = new RunSnapshots(ports.snapshots, record);
    const { repository } = record;
    this.repository = repository ? new RunRepository(ports.openRepository, record, repository) : null;
    this.#beginning = new RunBeginning(ports, execution, this.repository);
  }

  /**
   * Prepares for tasks that run at the same time, if the list has any and snapshots can be joined here. Never rejects:
   * without that, tasks run one after the other, in the workspace itself.
   */
  async openCopies(): Promise<void> {
    const { snapshots, copies: folder, looks, prepareWorkspace } = this.#ports;
    const record = this.#record;
    if (snapshots === null || !runsApart(record)) return;
    const state = this.#state;
    const copies = new RunCopies({ folder, looks, record, snapshots: this.snapshots, state });
    try {
      await copies.keepRoot(await prepareWorkspace(record));
      this.copies = copies;
    } catch (error) {
      this.#logger.warn({ err: error }, 'its tasks run one after the other: no copies can be made');
    }
  }

  /** Returns whether a task works in a copy, since it may run while another one does. */
  isApart(task: number): boolean {
    return this.copies?.isApart(task) === true;
  }

  /** Makes the copy of a task ready, if it works in one. What keeps it from that is reported when it is staged. */
  async prepareCopy(task: number): Promise<void> {
    if (this.copies?.isApart(task) !== true) return;
    try {
      const workspace = await this.#ports.prepareWorkspace(this.#record);
      this.#copies.set(task, await this.copies.prepare(task, workspace));
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
      const main = await this.#ports.prepareWorkspace(this.#record);
      await this.snapshots.settle();
      const lacks = await this.#beginning.prepare(main);
      const key = this.copies?.isApart(place.task) === true ? place.task : null;
      if (key === null) await this.#joinAll(main, 'settled');
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
      return {
        workspace,
        scene,
        before,
        restored: { event: restored.event, warning: restored.warning ?? lacks },
      };
    } catch (error) {
      return error as Error;
    }
  }

  /**
   * Adds the work of a task that has completed in a copy to the workspace. Returns why that can't be, for people; null: it
   * is there, or is not meant to be. Never rejects.
   */
  async join(task: number): Promise<string | null> {
    if (this.copies?.isApart(task) !== true) return null;
    try {
      await this.#join(task, await this.#ports.prepareWorkspace(this.#record));
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Removes the copy of a task that has settled, beside what goes on. */
  leaveCopy(task: number): void {
    const { copies } = this;
    if (copies?.isApart(task) !== true) return;
    this.#scenes.get(task)?.close();
    this.#scenes.delete(task);
    this.#leaving = Promise.all([this.#leaving, this.#remove(() => copies.remove(task))]);
  }

  /** Removes all copies of an execution that has ended. Never rejects. */
  async leaveCopies(): Promise<void> {
    const { copies } = this;
    await this.#leaving;
    if (copies) await this.#remove(() => copies.removeAll());
  }

  async #remove(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'a copy of the workspace could not be removed');
    });
  }

  /** Adds what the workspace does not have yet of what has completed. Returns why that can't be; null: it has all of it. */
  async joinRest(): Promise<string | null> {
    if (this.copies === null) return null;
    try {
      await this.#joinAll(await this.#ports.prepareWorkspace(this.#record), 'completed');
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #joinAll(main: string, which: 'completed' | 'settled'): Promise<void> {
    for (const task of (await this.copies?.pending(which)) ?? []) await this.#join(task, main);
  }

  /** One at a time: the workspace has one state. */
  async #join(task: number, main: string): Promise<void> {
    const joined = this.#joining
      .catch(() => undefined)
      .then(async () => {
        const scene = await this.#sceneAt(null, main, []);
        await scene.look.changes();
        if (!(await this.#isCertain())) throw new Error('Another worker holds the execution now.');
        await this.copies?.add(task, main, scene.look);
      });
    this.#joining = joined;
    await joined;
  }

  async #takeCopy(task: number, main: string): Promise<Copy | null> {
    const copy = this.#copies.get(task) ?? (await this.copies?.prepare(task, main)) ?? null;
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
