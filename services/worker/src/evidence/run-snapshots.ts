import { counted } from '@cc-executor/contracts/english';
import { shownPath } from '@cc-executor/evidence/walked-names';
import type { WorkspaceScan } from '@cc-executor/evidence/workspace';
import type { EventData } from '@cc-executor/contracts';
import {
  findSnapshot,
  type SnapshotError,
  snapshotLabel,
  snapshotOwner,
  type Snapshot,
  type SnapshotPlace,
  type SnapshotsOf,
  type SnapshotStore,
  type SnapshotStores,
} from '@cc-executor/workspaces';

/** The result of taking a snapshot: its event, or why there is none, for people. Both null: none are taken. */
export interface TakenSnapshot {
  event: EventData<'workspace.snapshot'> | null;
  warning: string | null;
}

/** The result of restoring a workspace: its event, and why it is not complete, for people. */
export interface Restored {
  event: EventData<'workspace.restored'> | null;
  warning: string | null;
}

/** The number of left-out paths that are named. */
const MOST_LEFT_OUT = 20;
const NONE: TakenSnapshot = { event: null, warning: null };
/** An earlier snapshot may be damaged, or the store removed: the snapshot is retried without the earlier one. */
const WITHOUT_EARLIER: ReadonlySet<string> = new Set(['unknown_snapshot', 'damaged', 'git_failed', 'ENOENT']);

/** The snapshots of one run of an execution. None is worth a task: what fails is a warning. */
export class RunSnapshots {
  readonly #stores: SnapshotStores | null;
  readonly #of: SnapshotsOf;
  #store: Promise<SnapshotStore> | null = null;
  /** The last one of each folder. */
  readonly #last = new Map<string, Snapshot>();
  #isWithoutGit = false;

  /** `stores`: null where no snapshots are taken. */
  constructor(stores: SnapshotStores | null, of: SnapshotsOf) {
    this.#stores = stores;
    this.#of = of;
  }

  /** Completes a restore of the workspace that was interrupted, before anybody looks at it. Never rejects. */
  async settle(): Promise<void> {
    if (this.#stores && !this.#isWithoutGit) await this.#open().catch(() => undefined);
  }

  /** Takes a snapshot of a workspace as its scan has seen it last. Never rejects. */
  async take(
    workspace: string,
    scan: Pick<WorkspaceScan, 'state' | 'snapshotted'>,
    place: Omit<SnapshotPlace, 'execution'>,
  ): Promise<TakenSnapshot> {
    if (!this.#stores || this.#isWithoutGit) return NONE;
    const label = this.#labelOf(place);
    try {
      const snapshot = await this.#take(workspace, scan, label);
      return { event: reported(snapshot, place.when), warning: null };
    } catch (error) {
      const { message, fault } = error as Partial<SnapshotError>;
      // Once for each run: it is so for every task.
      this.#isWithoutGit = fault === 'git_missing' || fault === 'git_too_old';
      const why = `There is no snapshot of its workspace, so it cannot be restored: ${message ?? ''}`;
      return { event: null, warning: why };
    }
  }

  /**
   * Makes a workspace, as its scan has seen it, what it was before the first attempt at a task. What it was is kept as a
   * snapshot. Never rejects.
   */
  async restoreFirst(
    workspace: string,
    scan: Pick<WorkspaceScan, 'state'>,
    { task, attempt }: { task: number; attempt: number },
  ): Promise<Restored> {
    const failed = (warning: string): Restored => ({ event: null, warning });
    if (!this.#stores) return failed('no snapshots are taken (CC_EXECUTOR_SNAPSHOTS)');
    try {
      const to = await this.find({ task, attempt: 1, when: 'before' });
      if (to === null) return failed('there is no snapshot from before its first attempt');
      const { changed, removed, folders } = await scan.state({ whole: true });
      const label = `${this.#labelOf({ task, attempt, when: 'before' })} left`;
      const store = await this.#open();
      const request = { folder: workspace, changed, removed, folders, previous: null, label, to };
      const { left, changes, kept } = await store.restore(request);
      this.#last.delete(workspace);
      const [first] = kept;
      return {
        event: { snapshot: to, left, changes: changes.length, kept: kept.length },
        warning: first
          ? `${counted(kept.length, 'path stays as it is', 'paths stay as they are')}, such as ${JSON.stringify(shownPath(first.path).path)} (${first.why})`
          : null,
      };
    } catch (error) {
      return failed((error as Error).message);
    }
  }

  /** Returns the id of a snapshot of this execution; null: there is none, or none can be read. Never rejects. */
  async find(place: Omit<SnapshotPlace, 'execution'>): Promise<string | null> {
    if (!this.#stores) return null;
    try {
      return findSnapshot((await this.#open()).labels(), { execution: snapshotOwner(this.#of), ...place });
    } catch {
      return null;
    }
  }

  /** Returns the store, for what joins snapshots. Rejects where no snapshots can be taken. */
  async store(): Promise<SnapshotStore> {
    return await this.#open();
  }

  /** Counts a folder as what a snapshot has: it was made from that, and its scan has seen nothing else. */
  known(folder: string, snapshot: Snapshot): void {
    this.#last.set(folder, snapshot);
  }

  /** Takes a snapshot under its own label. Rejects where that fails. */
  async takeAs(
    folder: string,
    scan: Pick<WorkspaceScan, 'state' | 'snapshotted'>,
    label: string,
  ): Promise<Snapshot> {
    return await this.#take(folder, scan, label);
  }

  async close(): Promise<void> {
    const store = this.#store;
    this.#store = null;
    await store?.then((opened) => opened.close()).catch(() => undefined);
  }

  #labelOf(place: Omit<SnapshotPlace, 'execution'>): string {
    return snapshotLabel({ execution: snapshotOwner(this.#of), ...place });
  }

  async #take(
    workspace: string,
    scan: Pick<WorkspaceScan, 'state' | 'snapshotted'>,
    label: string,
  ): Promise<Snapshot> {
    try {
      return await this.#takeOnce(workspace, scan, { label, whole: false });
    } catch (error) {
      const { fault, code } = error as { fault?: string; code?: string };
      if (!WITHOUT_EARLIER.has(fault ?? code ?? '')) throw error;
      await this.close();
      return await this.#takeOnce(workspace, scan, { label, whole: true });
    }
  }

  async #takeOnce(
    folder: string,
    scan: Pick<WorkspaceScan, 'state' | 'snapshotted'>,
    { label, whole }: { label: string; whole: boolean },
  ): Promise<Snapshot> {
    const { isSame, previous, changed, removed, folders } = await scan.state({ whole });
    const store = await this.#open();
    const last = this.#last.get(folder);
    if (isSame && last?.id === previous) {
      await store.keep(last.id, label);
      return last;
    }
    const snapshot = await store.take({ folder, changed, removed, folders, previous, label });
    scan.snapshotted(snapshot.id);
    this.#last.set(folder, snapshot);
    return snapshot;
  }

  async #open(): Promise<SnapshotStore> {
    if (!this.#stores) throw new Error('no snapshots are taken');
    this.#store ??= this.#stores.open(this.#of);
    try {
      return await this.#store;
    } catch (error) {
      this.#store = null;
      throw error;
    }
  }
}

function reported(
  { id, files, bytes, leftOut }: Snapshot,
  when: SnapshotPlace['when'],
): EventData<'workspace.snapshot'> {
  const left_out = leftOut.slice(0, MOST_LEFT_OUT).map(({ path, why }) => ({ ...shownPath(path), why }));
  return { when, snapshot: id, files, bytes, left_out, left_out_total: leftOut.length };
}
