import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { WorkspaceFolder } from './folder/workspace-folder.ts';
import type { Git } from './git/git.ts';
import { looseObjectsIn, MANY_LOOSE, MANY_PACKS, openRepository, packsIn } from './git/repository.ts';
import { Lock } from './lock.ts';
import { readSnapshot, writeSnapshot, type LeftOut, type StoredSnapshot } from './manifest.ts';
import { mergeSnapshots, type Sides } from './merge.ts';
import { ObjectWriter } from './objects/object-writer.ts';
import type { ObjectReader } from './objects/object-reader.ts';
import { shown, Snapshots, withReader, type Snapshot } from './read-snapshots.ts';
import { checkId, Refs } from './refs.ts';
import type { Kept } from './restore/apply.ts';
import { readJournal } from './restore/journal.ts';
import {
  completeRestore,
  populate,
  foresee,
  inTheWay,
  restore,
  type CompletedRestore,
  type RestoreParts,
  type RestoreResult,
} from './restore/restore.ts';
import { SnapshotError } from './snapshot-error.ts';
import { takeSnapshot, type Bounds, type WorkspaceState } from './take.ts';
import { isThere, withUnseen } from './unseen.ts';

export interface StoreOptions {
  /** The git program: a name, or an absolute path. Default: `git`. */
  git?: string;
  /** The folders where a program with a name is looked up, as in PATH. Default: the system's own. */
  path?: string | undefined;
  /** How large a snapshot and a file in it may get, in bytes. */
  bounds: Bounds;
  /** How long to wait for another process that uses the store, in milliseconds. Default: 10,000. */
  waitMs?: number;
}

/** What of a workspace a snapshot is made of. */
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

const WAIT_MS = 10_000;

/**
 * Opens the snapshots of one workspace, in a folder that is made where it is not there. A restore that was interrupted is
 * completed first. Rejects with a SnapshotError: without git there is no way back.
 */
export async function openSnapshotStore(folder: string, options: StoreOptions): Promise<SnapshotStore> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = realpathSync(folder);
  const lock = new Lock(join(store, 'lock'), options.waitMs ?? WAIT_MS);
  const packing = new Lock(join(store, 'packing'), options.waitMs ?? WAIT_MS);
  try {
    return await lock.alone(async () => {
      const program = { program: options.git ?? 'git', path: options.path };
      const git = await openRepository(program, store);
      const completed = await completeInterrupted(git, store);
      return new SnapshotStore({ store, git, lock, packing, bounds: options.bounds, completed });
    });
  } catch (error) {
    await lock.close();
    await packing.close();
    throw error;
  }
}

interface Opened {
  store: string;
  git: Git;
  lock: Lock;
  packing: Lock;
  bounds: Bounds;
  completed: CompletedRestore | null;
}

/** The snapshots of one workspace. Its methods may run at the same time; one at a time writes. */
export class SnapshotStore extends Snapshots {
  readonly #store: string;
  readonly #git: Git;
  readonly #lock: Lock;
  readonly #packing: Lock;
  readonly #bounds: Bounds;
  readonly #refs: Refs;
  /** The restore that was interrupted earlier, and completed when the store was opened; null: there was none. */
  readonly completed: CompletedRestore | null;

  constructor({ store, git, lock, packing, bounds, completed }: Opened) {
    super(git);
    this.#store = store;
    this.#git = git;
    this.#lock = lock;
    this.#packing = packing;
    this.#bounds = bounds;
    this.#refs = new Refs(git.repository);
    this.completed = completed;
  }

  /** Keeps a snapshot that another label keeps under one more. */
  async keep(id: string, label: string): Promise<void> {
    await this.#alone(() => {
      this.#refs.set(label, checkId(id));
      return Promise.resolve();
    });
  }

  /** Removes labels, and calls `then` before others may use the store. Contents that nothing needs stay until a pruning. */
  async release(labels: Iterable<string>, then: () => void = () => undefined): Promise<void> {
    await this.#alone(() => {
      for (const label of labels) this.#refs.delete(label);
      then();
      return Promise.resolve();
    });
  }

  /** Takes a snapshot. What it can't have is named in it. Nothing in the workspace changes. */
  async take(request: TakeRequest): Promise<Snapshot> {
    return await this.#inWorkspace(request.folder, async (folder, parts) => {
      const taken = await this.#take(folder, request, parts.reader);
      this.#refs.set(request.label, taken.id);
      return shown(taken.id, taken);
    });
  }

  /**
   * Makes the workspace what a snapshot has, and keeps what it was as another. What the walk leaves out stays as it is, and
   * so does what no snapshot has the content of. No link is followed. When this process dies in the middle, the next
   * opening of the store completes it.
   */
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
      if (request.dryRun === true) return await foresee(left, to, parts);
      this.#refs.set(request.label, left.id);
      return await restore(folder, realpathSync(request.folder), left, to, parts);
    });
  }

  /**
   * Makes a new workspace what a snapshot has. Nothing of what it was is kept, and nothing completes it when this process
   * dies: who asks for it begins again with an empty one. Returns what differs from the snapshot.
   */
  async populate(request: WorkspaceState & { folder: string; to: string }): Promise<Kept[]> {
    return await this.#inWorkspace(request.folder, async (folder, parts) => {
      const to = { ...(await readSnapshot(request.to, parts.reader)), id: request.to };
      const left = await this.#write(folder, request, null, parts.reader);
      return await populate(folder, left, to, parts);
    });
  }

  /**
   * Adds to a snapshot of a folder what an earlier one has and the folder still has, although its walk does not see it any
   * more: what is ignored since was not removed. Keeps the result under a label. `lacks`: what the later one has left out and
   * the folder has. Nothing in the folder changes.
   */
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

  /**
   * Merges two snapshots that come from a third, and keeps the result under a label; or returns the paths at which they
   * conflict. No workspace changes.
   */
  async merge(sides: Sides<string>, label: string): Promise<MergeResult> {
    return await this.#alone(async () => {
      return await withReader(this.#git, async (reader) => {
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
    });
  }

  /** Removes labels, and everything that no label keeps any more. */
  async prune(labels: Iterable<string>, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#packing.alone(
      async () =>
        await this.#alone(async () => {
          for (const label of labels) this.#refs.delete(label);
          if (packsIn(this.#git.repository) > 0)
            await this.#git.run(['repack', '-a', '-d', '-q'], { signal });
          await this.#git.run(['prune', '--expire=now'], { signal });
        }),
    );
  }

  /**
   * Packs what was stored since, when there are about `atLeast` loose objects or ten packs. For idle times: it may take a
   * minute, and snapshots may be taken meanwhile. Returns whether it did.
   */
  async pack({
    atLeast = MANY_LOOSE,
    signal,
  }: { atLeast?: number; signal?: AbortSignal } = {}): Promise<boolean> {
    return await this.#packing.alone(async () => {
      const packs = packsIn(this.#git.repository);
      const loose = looseObjectsIn(this.#git.repository);
      if (atLeast > 0 && loose < atLeast && packs < MANY_PACKS) return false;
      // The small ones become one, and a large one is not written again each time. Nothing is left out of them.
      await this.#git.run(['repack', '--geometric=2', '-d', '-q'], { signal });
      return true;
    });
  }

  /** Waits for what runs, and closes the store. */
  async close(): Promise<void> {
    await this.#packing.close();
    await this.#lock.close();
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
      const taken = await takeSnapshot(folder, state, previous, { objects, reader, bounds: this.#bounds });
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
    return await this.#alone(async () => {
      const folder = new WorkspaceFolder(path);
      try {
        return await withReader(
          this.#git,
          async (reader) => await work(folder, { git: this.#git, reader, store: this.#store }),
        );
      } finally {
        folder.close();
      }
    });
  }

  /** What another process, or an earlier call, has left half restored is completed first. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    return await this.#lock.alone(async () => {
      await completeInterrupted(this.#git, this.#store);
      return await work();
    });
  }

  /** Tasks must not reach the store, and a snapshot must not have itself in it. */
  #checkApart(path: string): void {
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new SnapshotError('not_a_folder', `There is no workspace at ${path}.`);
    const [store, workspace] = [this.#store + sep, realpathSync(path) + sep];
    if (store.startsWith(workspace) || workspace.startsWith(store))
      throw new SnapshotError(
        'store_in_workspace',
        `The snapshots of ${path} can't be kept in ${this.#store}.`,
      );
  }
}

async function completeInterrupted(git: Git, store: string): Promise<CompletedRestore | null> {
  const journal = readJournal(store);
  if (!journal) return null;
  try {
    return await withReader(git, async (reader) => await completeRestore(journal, { git, reader, store }));
  } catch (error) {
    throw new SnapshotError('restore_unfinished', "A restore was interrupted, and can't be completed.", {
      cause: error,
    });
  }
}
