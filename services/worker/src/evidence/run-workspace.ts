import type { WorkspaceScan } from '@cc-executor/evidence/workspace';
import type { ExecutionRecord, ExecutionState, WorkspaceOf } from '@cc-executor/executions';
import { RunBeginning, type BeginningPorts } from './run-beginning.ts';
import type { RunRepository } from './run-repository.ts';
import type { Restored, RunSnapshots } from './run-snapshots.ts';
import { WorkspaceBaseline, type BaselinePorts } from './workspace-baseline.ts';

export interface WorkspacePorts extends BaselinePorts, BeginningPorts {
  scanner: BaselinePorts['scanner'];
  /** Returns the path of an execution's workspace, and creates it if it is missing. Throws WORKSPACE_INVALID. */
  prepareWorkspace: (of: WorkspaceOf) => Promise<string>;
}

interface RunWorkspaceOptions {
  execution: { record: ExecutionRecord; state: ExecutionState };
  snapshots: RunSnapshots;
  /** The user's repository that it works for; null: none. */
  repository: RunRepository | null;
}

/** The workspace of an execution with what it begins with, and the last scans of it and of its copies. */
export class RunWorkspace {
  readonly #ports: WorkspacePorts;
  readonly #record: ExecutionRecord;
  readonly #snapshots: RunSnapshots;
  readonly #repository: RunRepository | null;
  readonly #beginning: RunBeginning;
  /** The parts of its beginning that are missing, until they are reported. */
  #lacks: string | null = null;
  /** The last baseline of the workspace (null), and of each task that works in a copy or beside others. */
  readonly #baselines = new Map<number | null, WorkspaceBaseline>();

  constructor(ports: WorkspacePorts, { execution, snapshots, repository }: RunWorkspaceOptions) {
    this.#ports = ports;
    this.#record = execution.record;
    this.#snapshots = snapshots;
    this.#repository = repository;
    this.#beginning = new RunBeginning(ports, execution, repository);
  }

  /** Returns its path, and creates it if it is missing. Throws WORKSPACE_INVALID. */
  async path(): Promise<string> {
    return await this.#ports.prepareWorkspace(this.#record);
  }

  /** Makes it what the execution begins with, once. Rejects if that fails or is aborted; the next call tries again. */
  async begin(path: string, signal?: AbortSignal): Promise<void> {
    await this.#snapshots.settle();
    this.#lacks = (await this.#beginning.prepare(path, signal)) ?? this.#lacks;
  }

  /** Returns once what it lacks of what it should begin with, for people; null: nothing, or it was returned before. */
  takeLacks(): string | null {
    const lacks = this.#lacks;
    this.#lacks = null;
    return lacks;
  }

  /** The last scan of the workspace; null: there was none. */
  get scan(): WorkspaceScan | null {
    return this.#baselines.get(null)?.scan ?? null;
  }

  /** Scans a folder before an attempt. `key`: the task of a copy; null: the workspace itself. */
  async baselineAt(
    key: number | null,
    folder: string,
    extraDirs: readonly string[],
  ): Promise<WorkspaceBaseline> {
    const where = { workspace: folder, extraDirs, leaveOut: this.#repository?.leaveOut ?? [] };
    const baseline = await WorkspaceBaseline.open(this.#ports, where, this.#baselines.get(key) ?? null);
    this.#baselines.set(key, baseline);
    return baseline;
  }

  /** Scans the workspace beside its last baseline, which stays, before an attempt at a task that works there while others do. */
  async baselineBeside(
    task: number,
    folder: string,
    extraDirs: readonly string[],
  ): Promise<WorkspaceBaseline> {
    const where = { workspace: folder, extraDirs, leaveOut: this.#repository?.leaveOut ?? [] };
    const last = this.#baselines.get(null);
    const baseline = last
      ? await WorkspaceBaseline.openBeside(this.#ports, where, last)
      : await WorkspaceBaseline.open(this.#ports, where, null);
    this.release(task);
    this.#baselines.set(task, baseline);
    return baseline;
  }

  /** Restores a folder to the state before the first attempt at a task. Its earlier scans are of no use then. */
  async restoreFirst(
    key: number | null,
    folder: string,
    place: { task: number; attempt: number },
  ): Promise<Restored> {
    this.release(key);
    const scan = await this.#ports.scanner.begin(folder, null, this.#repository?.leaveOut ?? []);
    try {
      return await this.#snapshots.restoreFirst(folder, scan, place);
    } finally {
      scan.release();
    }
  }

  /** Releases the scans of a folder. */
  release(key: number | null): void {
    this.#baselines.get(key)?.close();
    this.#baselines.delete(key);
  }

  /** Releases all scans. */
  close(): void {
    for (const baseline of this.#baselines.values()) baseline.close();
    this.#baselines.clear();
  }
}
