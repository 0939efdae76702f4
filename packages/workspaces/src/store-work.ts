import { lstatSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { WorkspaceFolder } from './folder/workspace-folder.ts';
import { Git, type GitProgram } from './git/git.ts';
import { repositoryIn } from './git/repository.ts';
import { readSnapshot, writeSnapshot, type LeftOut, type StoredSnapshot } from './manifest.ts';
import { mergeSnapshots, mergeWithMarkers } from './merge.ts';
import type { Sides } from './sides.ts';
import { ObjectWriter } from './objects/object-writer.ts';
import { withKeptReader } from './objects/kept-reader.ts';
import type { ObjectReader } from './objects/object-reader.ts';
import { shown, type Snapshot } from './read-snapshots.ts';
import { Refs } from './refs.ts';
import type { UnrestoredPath } from './restore/apply.ts';
import { readJournal } from './restore/journal.ts';
import {
  completeRestore,
  populate,
  previewRestore,
  inTheWay,
  restore,
  type CompletedRestore,
  type RestoreParts,
  type RestoreResult,
} from './restore/restore.ts';
import { SnapshotError } from './snapshot-error.ts';
import { takeSnapshot, type Bounds, type WorkspaceState } from './take.ts';
import { isThere, withUnseen } from './unseen.ts';

/** The folder of one workspace's snapshots, and the tools to make them. */
export interface StorePlace {
  /** Their folder: a real path. */
  store: string;
  program: GitProgram;
  bounds: Bounds;
}

/** The part of a workspace's state that a snapshot needs. */
export interface TakeRequest extends WorkspaceState {
  /** The workspace: an absolute path. */
  folder: string;
  /** The snapshot that the walk is compared with; null: none, so `changed` has every file. */
  previous: string | null;
  /** Keeps the snapshot until it is pruned; 1 to 120 bytes. A snapshot that has the label loses it. */
  label: string;
}

export interface RestoreRequest extends TakeRequest {
  /** The snapshot to restore. `label` is that of the snapshot of what is left. */
  to: string;
  /** Only say what would change. */
  dryRun?: boolean;
}

export type PopulateRequest = WorkspaceState & { folder: string; to: string };

/** The result of filling a new workspace from a snapshot. */
export interface PopulateResult {
  /** The differences from the snapshot. */
  kept: UnrestoredPath[];
  snapshot: Snapshot;
}

/** A snapshot of a folder, and an earlier one of the same folder. */
export interface CompleteRequest {
  /** An absolute path. */
  folder: string;
  earlier: string;
  later: string;
  /** Keeps the result until it is pruned; 1 to 120 bytes. */
  label: string;
}

/** A merged snapshot; or the paths at which its sides conflict. */
export type MergeResult = { snapshot: Snapshot; conflicts: [] } | { snapshot: null; conflicts: string[] };

/** The operations of a store's lock owner on its snapshots; in a thread, because they may take seconds. */
export class StoreWork {
  readonly #place: StorePlace;
  readonly #git: Git;
  readonly #refs: Refs;

  constructor(place: StorePlace) {
    this.#place = place;
    this.#git = new Git(place.program, repositoryIn(place.store));
    this.#refs = new Refs(this.#git.repository);
  }

  /** As `SnapshotStore.take`. */
  async take(request: TakeRequest): Promise<Snapshot> {
    return await this.#inWorkspace(request.folder, async (folder, parts) => {
      const taken = await this.#take(folder, request, parts.reader);
      this.#refs.set(request.label, taken.id);
      return shown(taken.id, taken);
    });
  }

  /** As `SnapshotStore.restore`. */
  async restore(request: RestoreRequest): Promise<RestoreResult> {
    return await this.#inWorkspace(request.folder, async (folder, parts) => {
      const to = { ...(await readSnapshot(request.to, parts.reader)), id: request.to };
      let left = await this.#take(folder, request, parts.reader);
      const unseen = await inTheWay(folder, left, to, parts);
      if (unseen.length > 0)
        left = await this.#write(
          folder,
          { changed: unseen, removed: [], folders: left.folders.keys() },
          left,
          parts.reader,
        );
      if (request.dryRun === true) return await previewRestore(left, to, parts);
      this.#refs.set(request.label, left.id);
      return await restore(folder, realpathSync(request.folder), left, to, parts);
    });
  }

  /** As `SnapshotStore.populate`. */
  async populate(request: PopulateRequest): Promise<PopulateResult> {
    return await this.#inWorkspace(request.folder, async (folder, parts) => {
      const to = { ...(await readSnapshot(request.to, parts.reader)), id: request.to };
      const left = await this.#write(folder, request, null, parts.reader);
      return { kept: await populate(folder, left, to, parts), snapshot: shown(to.id, to) };
    });
  }

  /** As `SnapshotStore.complete`. */
  async complete({
    folder: path,
    earlier,
    later,
    label,
  }: CompleteRequest): Promise<Snapshot & { lacks: LeftOut[] }> {
    return await this.#inWorkspace(path, async (folder, { reader }) => {
      const read = await readSnapshot(later, reader);
      const objects = new ObjectWriter(this.#git.repository);
      const parts = { git: this.#git, reader, objects };
      const made = await withUnseen(folder, await readSnapshot(earlier, reader), read, parts);
      const id = made ? writeSnapshot(made, objects) : later;
      objects.finish();
      this.#refs.set(label, id);
      const completed = shown(id, made ?? read);
      return { ...completed, lacks: completed.leftOut.filter((one) => isThere(folder, one.path)) };
    });
  }

  /** As `SnapshotStore.merge`. */
  async merge({ sides, label }: { sides: Sides<string>; label: string }): Promise<MergeResult> {
    return await withKeptReader(this.#git, async (reader) => {
      const read = async (id: string) => await readSnapshot(id, reader);
      const [base, ours, theirs] = await Promise.all([
        read(sides.base),
        read(sides.ours),
        read(sides.theirs),
      ]);
      const merged = await mergeSnapshots(this.#git, { base, ours, theirs }, reader);
      if ('conflicts' in merged) return { snapshot: null, conflicts: merged.conflicts };
      const objects = new ObjectWriter(this.#git.repository);
      const id = writeSnapshot(merged, objects);
      objects.finish();
      this.#refs.set(label, id);
      return { snapshot: shown(id, merged), conflicts: [] };
    });
  }

  /** As `SnapshotStore.mergeWithMarkers`. */
  async mergeWithMarkers({ sides, label }: { sides: Sides<string>; label: string }): Promise<Snapshot> {
    return await withKeptReader(this.#git, async (reader) => {
      const read = async (id: string) => await readSnapshot(id, reader);
      const [base, ours, theirs] = [await read(sides.base), await read(sides.ours), await read(sides.theirs)];
      const merged = await mergeWithMarkers(this.#git, { base, ours, theirs }, reader);
      const objects = new ObjectWriter(this.#git.repository);
      const id = writeSnapshot(merged, objects);
      objects.finish();
      this.#refs.set(label, id);
      return shown(id, merged);
    });
  }

  /** Completes the restore that was interrupted; null: none was. */
  async completeInterrupted(): Promise<CompletedRestore | null> {
    const { store } = this.#place;
    const journal = readJournal(store);
    if (!journal) return null;
    const parts = { git: this.#git, store };
    try {
      return await withKeptReader(
        this.#git,
        async (reader) => await completeRestore(journal, { ...parts, reader }),
      );
    } catch (error) {
      throw new SnapshotError('restore_unfinished', "A restore was interrupted, and can't be completed.", {
        cause: error,
      });
    }
  }

  async #take(
    folder: WorkspaceFolder,
    request: TakeRequest,
    reader: ObjectReader,
  ): Promise<StoredSnapshot & { id: string }> {
    const previous = request.previous === null ? null : await readSnapshot(request.previous, reader);
    return await this.#write(folder, request, previous, reader);
  }

  async #write(
    folder: WorkspaceFolder,
    state: WorkspaceState,
    previous: StoredSnapshot | null,
    reader: ObjectReader,
  ): Promise<StoredSnapshot & { id: string }> {
    const objects = new ObjectWriter(this.#git.repository);
    try {
      const { bounds } = this.#place;
      const taken = await takeSnapshot(folder, state, previous, { objects, reader, bounds });
      objects.finish();
      return taken;
    } catch (error) {
      objects.drop();
      throw error;
    }
  }

  async #inWorkspace<T>(
    path: string,
    work: (folder: WorkspaceFolder, parts: RestoreParts) => Promise<T>,
  ): Promise<T> {
    this.#checkApart(path);
    const folder = new WorkspaceFolder(path);
    const parts = { git: this.#git, store: this.#place.store };
    try {
      return await withKeptReader(this.#git, async (reader) => await work(folder, { ...parts, reader }));
    } finally {
      folder.close();
    }
  }

  /** Tasks must not reach the store, and a snapshot must not have itself in it. */
  #checkApart(path: string): void {
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new SnapshotError('not_a_folder', `There is no workspace at ${path}.`);
    const [store, workspace] = [this.#place.store + sep, realpathSync(path) + sep];
    if (store.startsWith(workspace) || workspace.startsWith(store))
      throw new SnapshotError(
        'store_in_workspace',
        `The snapshots of ${path} can't be kept in ${this.#place.store}.`,
      );
  }
}
