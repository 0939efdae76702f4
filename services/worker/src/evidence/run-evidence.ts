import type { EventData, Manifest } from '@cc-executor/contracts';
import { toDocument, toManifestDocument, type Signer } from '@cc-executor/evidence';
import {
  manifestOf,
  type ExecutionRecord,
  type ExecutionState,
  type TaskRecord,
  type WorkspaceOf,
} from '@cc-executor/executions';
import type { EvidenceFiles } from '@cc-executor/executions-files';
import type { Logger } from '@cc-executor/service-kit';
import type { SnapshotStores } from '@cc-executor/workspaces';
import { RunBeginning, type BeginningPorts } from './run-beginning.ts';
import { RunSnapshots, type TakenSnapshot } from './run-snapshots.ts';
import { RunRepository, type OpenRepository } from './run-repository.ts';
import { Scene, type ScenePorts } from './scene.ts';

export interface RunEvidencePorts extends ScenePorts, BeginningPorts {
  evidence: Pick<EvidenceFiles, 'writeManifest' | 'carry'>;
  signer: Signer;
  openRepository: OpenRepository;
  /** Null: no snapshots are taken. */
  snapshots: SnapshotStores | null;
  /** Returns the path of an execution's workspace, and creates it if it is missing. Throws WORKSPACE_INVALID. */
  prepareWorkspace: (of: WorkspaceOf) => Promise<string>;
}

/** The workspace of an attempt, and its state before. */
export interface Stage {
  workspace: string;
  scene: Scene;
  /** The snapshot before the attempt. */
  before: TakenSnapshot;
  /** Why it is not what the attempt should begin with; null: it is. */
  notRestored: string | null;
}

type Evidence = EventData<'execution.completed'>['evidence'];

/** The evidence of one run of an execution: its workspace before each attempt, and the manifest. */
export class RunEvidence {
  readonly #ports: RunEvidencePorts;
  readonly #record: ExecutionRecord;
  readonly #logger: Logger;
  readonly #isHeld: () => Promise<boolean>;
  readonly snapshots: RunSnapshots;
  /** The user's repository that it works for; null: none. */
  readonly repository: RunRepository | null;
  readonly #beginning: RunBeginning;
  #scene: Scene | null = null;

  /** `isHeld`: returns whether this worker still has the lease. */
  constructor(
    ports: RunEvidencePorts,
    execution: { record: ExecutionRecord; state: ExecutionState },
    { logger, isHeld }: { logger: Logger; isHeld: () => Promise<boolean> },
  ) {
    this.#ports = ports;
    const { record } = execution;
    this.#record = record;
    this.#logger = logger;
    this.#isHeld = isHeld;
    this.snapshots = new RunSnapshots(ports.snapshots, record);
    const { repository } = record;
    this.repository = repository ? new RunRepository(ports.openRepository, record, repository) : null;
    this.#beginning = new RunBeginning(ports, execution, this.repository);
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
      const workspace = await this.#ports.prepareWorkspace(this.#record);
      await this.snapshots.settle();
      const lacks = await this.#beginning.prepare(workspace);
      const extraDirs = task?.options.extra_dirs ?? [];
      const notRestored =
        isRetry && this.#record.on_retry === 'restore' ? await this.#restore(workspace, place) : null;
      const where = { workspace, extraDirs, leaveOut: this.repository?.leaveOut ?? [] };
      this.#scene = await Scene.open(this.#ports, where, this.#scene);
      const { look } = this.#scene;
      const before = await this.snapshots.take(workspace, look, { ...place, when: 'before' });
      return { workspace, scene: this.#scene, before, notRestored: notRestored ?? lacks };
    } catch (error) {
      return error as Error;
    }
  }

  /** What was seen of the workspace before says nothing of it any more. */
  async #restore(workspace: string, place: { task: number; attempt: number }): Promise<string | null> {
    this.#scene?.close();
    this.#scene = null;
    const look = await this.#ports.looks.begin(workspace, null, this.repository?.leaveOut ?? []);
    try {
      return await this.snapshots.restoreFirst(workspace, look, place);
    } finally {
      look.release();
    }
  }

  /** Releases the scans of the workspace. */
  async close(): Promise<void> {
    this.#scene?.close();
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
