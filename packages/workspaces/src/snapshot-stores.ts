import { namesInSync } from '@cc-executor/evidence/plain-files';
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { looseObjectsIn, MANY_LOOSE, MANY_PACKS, packsIn, repositoryIn } from './git/repository.ts';
import { isInterrupted } from './restore/journal.ts';
import type { CompletedRestore } from './restore/restore.ts';
import { isLabelOf, snapshotFolder, snapshotOwner, type SnapshotsOf } from './snapshot-places.ts';
import { openSnapshotStore, type SnapshotStore, type StoreOptions } from './snapshot-store.ts';
import { SnapshotThread } from './thread/snapshot-thread.ts';

/** In the folder of a store from which snapshots were taken out, until what nothing needs any more is removed. */
const UNTIDY = 'untidy';
/** In the folder of all stores: what is being removed. */
const REMOVED = '.removed-';

/** The snapshots of all workspaces: one store for each, in one folder that no workspace is in. */
export class SnapshotStores {
  readonly #folder: string;
  readonly #options: StoreOptions;
  /** The same for housekeeping, which is tried again: it waits for others only as long as by default. */
  readonly #forHousekeeping: StoreOptions;
  readonly #thread = new SnapshotThread();
  /** How many packs a store had when it was packed. */
  readonly #packs = new Map<string, number>();

  /** `folder`: of all of them; it is made where it is not there. */
  constructor(folder: string, options: Omit<StoreOptions, 'thread'>) {
    this.#folder = folder;
    this.#options = { ...options, thread: this.#thread };
    const { waitMs: _, ...others } = this.#options;
    this.#forHousekeeping = others;
  }

  /** Call it when all stores are closed. */
  async close(): Promise<void> {
    await this.#thread.end();
  }

  /** Opens the store of an execution's workspace, which is made if it is not there. Rejects as `openSnapshotStore` does. */
  async open(of: SnapshotsOf): Promise<SnapshotStore> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    return await openSnapshotStore(snapshotFolder(this.#folder, of), this.#options);
  }

  /** Opens the store of an execution's workspace; null: it has none. Rejects as `openSnapshotStore` does. */
  async openExisting(of: SnapshotsOf): Promise<SnapshotStore | null> {
    return isFolder(snapshotFolder(this.#folder, of)) ? await this.open(of) : null;
  }

  /** Removes the snapshots of an execution; those of others in the same workspace stay. */
  async forget(of: SnapshotsOf): Promise<void> {
    const folder = snapshotFolder(this.#folder, of);
    if (!isFolder(folder)) return;
    const store = await openSnapshotStore(folder, this.#forHousekeeping);
    try {
      const owner = snapshotOwner(of);
      const labels = [...store.labels().keys()];
      const own = labels.filter((label) => isLabelOf(label, owner));
      await store.release(own, () => {
        // Nobody takes a snapshot meanwhile. Who has the store open finds it gone, and opens a new one.
        if (own.length === labels.length) renameSync(folder, this.#removedName(folder));
        else if (own.length > 0) writeFileSync(join(folder, UNTIDY), '');
      });
    } finally {
      await store.close();
    }
  }

  /**
   * Completes the restores that were interrupted. `onCompleted`: called with each, and the labels of its store; `onFault`:
   * with what keeps one from being completed.
   */
  async completeInterrupted(
    onCompleted: (restore: CompletedRestore, labels: ReadonlyMap<string, string>) => Promise<void>,
    onFault: (error: unknown) => void,
  ): Promise<void> {
    for (const name of namesIn(this.#folder)) {
      const folder = join(this.#folder, name);
      if (name.startsWith(REMOVED) || !isInterrupted(folder)) continue;
      try {
        const store = await openSnapshotStore(folder, this.#options);
        try {
          if (store.completed) await onCompleted(store.completed, store.labels());
        } finally {
          await store.close();
        }
      } catch (error) {
        onFault(error);
      }
    }
  }

  /**
   * Removes what nothing needs any more, and packs what was stored loosely, one store after the other: for idle times.
   * `onFault`: called with what keeps one from being tidied; the others are.
   */
  async tidy(onFault: (error: unknown) => void, signal: AbortSignal): Promise<void> {
    for (const name of namesIn(this.#folder)) {
      if (signal.aborted) return;
      const folder = join(this.#folder, name);
      try {
        if (name.startsWith(REMOVED)) await rm(folder, { recursive: true, force: true });
        else if (isFolder(folder)) await this.#tidyOne(folder, signal);
      } catch (error) {
        if (!signal.aborted) onFault(error);
      }
    }
  }

  async #tidyOne(folder: string, signal: AbortSignal): Promise<void> {
    const mark = join(folder, UNTIDY);
    const begun = `${mark}-begun`;
    const isUntidy = isThere(mark) || isThere(begun);
    if (!isUntidy && !this.#needsPacking(folder)) return;
    const store = await openSnapshotStore(folder, this.#forHousekeeping);
    try {
      if (isUntidy) {
        // What is taken out meanwhile marks it again; a tidying that is cut off leaves its own mark.
        if (isThere(mark)) renameSync(mark, begun);
        await store.prune([], { signal });
        rmSync(begun, { force: true });
      }
      await store.pack({ signal });
      this.#packs.set(folder, packsIn(repositoryIn(folder)));
    } finally {
      await store.close();
    }
  }

  /** Looked at without opening it: there may be thousands. What was left at the last packing is left again. */
  #needsPacking(folder: string): boolean {
    const repository = repositoryIn(folder);
    if (looseObjectsIn(repository) >= MANY_LOOSE) return true;
    const packs = packsIn(repository);
    return packs >= MANY_PACKS && packs !== this.#packs.get(folder);
  }

  #removedName(folder: string): string {
    return join(this.#folder, `${REMOVED}${folder.slice(this.#folder.length + 1)}-${String(Date.now())}`);
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function namesIn(folder: string): string[] {
  try {
    return namesInSync(folder);
  } catch {
    return [];
  }
}
