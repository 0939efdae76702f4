import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { diffPage, patch, stat, type DiffPage } from './diff.ts';
import { WorkspaceFolder } from './folder/workspace-folder.ts';
import type { Git } from './git/git.ts';
import { openRepository } from './git/repository.ts';
import { Lock } from './lock.ts';
import { permissionsIn, readSnapshot, type LeftOut, type StoredSnapshot } from './manifest.ts';
import { namesOf, pathOfNames } from './names.ts';
import { entryAt, TreeEdit } from './objects/edit-tree.ts';
import { LooseObjects } from './objects/loose-objects.ts';
import { ObjectReader } from './objects/object-reader.ts';
import { EMPTY_TREE, LINK, TREE, type TreeEntry } from './objects/tree.ts';
import { Refs } from './refs.ts';
import { readJournal } from './restore/journal.ts';
import {
  completeRestore,
  foresee,
  inTheWay,
  restore,
  type CompletedRestore,
  type RestoreParts,
  type RestoreResult,
} from './restore/restore.ts';
import { SnapshotError } from './snapshot-error.ts';
import { takeSnapshot, type Bounds, type WorkspaceState } from './take.ts';

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

export interface Snapshot {
  /** Equal workspaces have equal ids. */
  id: string;
  /** The tree of the workspace alone, as git has it. */
  tree: string;
  /** The files and links in it. */
  files: number;
  /** Of all contents. */
  bytes: number;
  leftOut: LeftOut[];
}

export interface RestoreRequest extends TakeRequest {
  /** The snapshot to restore. `label` is that of the snapshot of what is left. */
  to: string;
  /** Only say what would change. */
  dryRun?: boolean;
}

/** Something in a folder of a snapshot. */
export interface SnapshotEntry {
  name: string;
  kind: 'file' | 'link' | 'folder';
  /** The permissions; null for a link. */
  permissions: number | null;
  /** Of the content; null for a folder. */
  bytes: number | null;
  /** git's, of the content; null for a folder without files. */
  id: string | null;
}

/** The content of a file, or what a link leads to, at a snapshot. */
export interface SnapshotFile extends Omit<SnapshotEntry, 'name' | 'bytes'> {
  bytes: number;
  content: AsyncIterable<Buffer>;
}

/** So many files has a page of a diff, unless another number is asked for. */
const PAGE = 500;
const WAIT_MS = 10_000;
/** How many objects of 256 folders are there, by one folder of them: what git itself goes by. */
const FOLDERS = 256;

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
export class SnapshotStore {
  readonly #store: string;
  readonly #git: Git;
  readonly #lock: Lock;
  readonly #packing: Lock;
  readonly #bounds: Bounds;
  readonly #objects: LooseObjects;
  readonly #refs: Refs;
  /** The restore that was interrupted earlier, and completed when the store was opened; null: there was none. */
  readonly completed: CompletedRestore | null;

  constructor({ store, git, lock, packing, bounds, completed }: Opened) {
    this.#store = store;
    this.#git = git;
    this.#lock = lock;
    this.#packing = packing;
    this.#bounds = bounds;
    this.#objects = new LooseObjects(git.repository);
    this.#refs = new Refs(git.repository);
    this.completed = completed;
  }

  /** Returns the ids of the snapshots that are kept, by label. */
  labels(): Map<string, string> {
    return this.#refs.all();
  }

  /** Takes a snapshot. What it can't have is named in it. Nothing in the workspace changes. */
  async take(request: TakeRequest): Promise<Snapshot> {
    return await this.#inWorkspace(request.folder, async (folder, parts) => {
      const taken = await this.#take(folder, request, parts.reader);
      this.#refs.set(request.label, taken.id);
      return shown(taken);
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
        left = await takeSnapshot(
          folder,
          { changed: unseen, removed: [], folders: left.folders.keys() },
          left,
          { objects: this.#objects, reader: parts.reader, bounds: this.#bounds },
        );
      if (request.dryRun === true) return await foresee(left, to, parts);
      this.#refs.set(request.label, left.id);
      return await restore(folder, realpathSync(request.folder), left, to, parts);
    });
  }

  /** Returns a page of the files that differ. `paths`: these files, and what is in these folders; default: everything. */
  async diff(
    before: string,
    after: string,
    {
      paths,
      cursor = null,
      limit = PAGE,
    }: { paths?: readonly string[]; cursor?: string | null; limit?: number } = {},
  ): Promise<DiffPage> {
    return await this.#between(
      before,
      after,
      paths,
      async (trees) => await diffPage(this.#git, ...trees, { cursor, limit }),
    );
  }

  /**
   * Yields a patch that `git apply` takes, binary files included, or with `stat` a summary for people. Empty folders and
   * permissions beyond the executable bit are in no patch.
   */
  async *patch(
    before: string,
    after: string,
    { paths, isStat = false }: { paths?: readonly string[]; isStat?: boolean } = {},
  ): AsyncGenerator<Buffer, void, undefined> {
    const trees = await this.#between(before, after, paths, (both) => Promise.resolve(both));
    yield* isStat ? stat(this.#git, ...trees) : patch(this.#git, ...trees);
  }

  /** Returns what is in a folder of a snapshot, by name; '' is the workspace itself. */
  async files(snapshot: string, path = ''): Promise<SnapshotEntry[]> {
    return await withReader(this.#git, async (reader) => {
      const stored = await readSnapshot(snapshot, reader);
      const entry = await entryAt(stored.tree, path, reader);
      const isFolder = path === '' || entry?.mode === TREE || stored.folders.has(path);
      if (!isFolder) throw unknownPath(path, snapshot);
      const inside = path === '' ? '' : `${path}/`;
      const found = new Map<string, SnapshotEntry>();
      for (const [folder, permissions] of stored.folders) {
        const name = folder.slice(inside.length);
        if (folder.startsWith(inside) && !name.includes('/'))
          found.set(name, { name, kind: 'folder', permissions, bytes: null, id: null });
      }
      const tree = entry?.mode === TREE ? await reader.tree(entry.id) : new Map<string, TreeEntry>();
      await Promise.all(
        [...tree].map(async ([bytes, one]) => {
          const name = pathOfNames([bytes]);
          if (one.mode === TREE) {
            const permissions = stored.folders.get(inside + name) ?? null;
            found.set(name, { name, kind: 'folder', permissions, bytes: null, id: one.id });
          } else {
            const { size } = await reader.header(one.id);
            found.set(name, { name, ...kindOf(stored, inside + name, one), bytes: size, id: one.id });
          }
        }),
      );
      return [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    });
  }

  /** Returns a file of a snapshot; its content is read as it is asked for. */
  async read(snapshot: string, path: string): Promise<SnapshotFile> {
    return await withReader(this.#git, async (reader) => {
      const stored = await readSnapshot(snapshot, reader);
      const entry = await entryAt(stored.tree, path, reader);
      if (!entry || entry.mode === TREE) throw unknownPath(path, snapshot);
      const { size } = await reader.header(entry.id);
      const content = this.#git.stream(['cat-file', 'blob', entry.id]);
      return { ...kindOf(stored, path, entry), bytes: size, id: entry.id, content };
    });
  }

  /** Removes labels, and everything that no label keeps any more. */
  async prune(labels: Iterable<string>, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#packing.alone(
      async () =>
        await this.#alone(async () => {
          for (const label of labels) this.#refs.delete(label);
          const packs = await readdir(join(this.#git.repository, 'objects', 'pack'));
          if (packs.some((name) => name.endsWith('.pack')))
            await this.#git.run(['repack', '-a', '-d', '-q'], { signal });
          await this.#git.run(['prune', '--expire=now'], { signal });
        }),
    );
  }

  /**
   * Packs what was stored loosely, when there are about `atLeast` objects of it. For idle times: it may take a minute, and
   * snapshots may be taken meanwhile. Returns whether it did.
   */
  async pack({ atLeast = 5000, signal }: { atLeast?: number; signal?: AbortSignal } = {}): Promise<boolean> {
    return await this.#packing.alone(async () => {
      const sample = join(this.#git.repository, 'objects', '17');
      const names = await readdir(sample).catch(() => []);
      if (atLeast > 0 && names.length * FOLDERS < atLeast) return false;
      await this.#git.run(['repack', '-d', '-q'], { signal });
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
    return await takeSnapshot(folder, request, previous, {
      objects: this.#objects,
      reader,
      bounds: this.#bounds,
    });
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

  /** Hands over the trees of two snapshots; of the named paths alone where there are some. */
  async #between<T>(
    before: string,
    after: string,
    paths: readonly string[] | undefined,
    work: (trees: [string, string]) => Promise<T>,
  ): Promise<T> {
    const trees = async (
      narrow: (tree: string, reader: ObjectReader) => Promise<string>,
    ): Promise<[string, string]> =>
      await withReader(this.#git, async (reader) => {
        const [one, other] = [await readSnapshot(before, reader), await readSnapshot(after, reader)];
        return [await narrow(one.tree, reader), await narrow(other.tree, reader)];
      });
    if (!paths) return await work(await trees((tree) => Promise.resolve(tree)));
    // The narrowed trees are kept by no label: nothing may be pruned meanwhile.
    return await this.#lock.alone(
      async () => await work(await trees(async (tree, reader) => await this.#only(tree, paths, reader))),
    );
  }

  async #only(tree: string, paths: readonly string[], reader: ObjectReader): Promise<string> {
    if (paths.some((path) => namesOf(path).length === 0)) return tree;
    const edit = new TreeEdit();
    for (const path of paths) {
      const entry = await entryAt(tree, path, reader);
      if (entry) edit.put(path, entry);
    }
    return (await edit.apply(EMPTY_TREE, reader, this.#objects)).tree;
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

async function withReader<T>(git: Git, work: (reader: ObjectReader) => Promise<T>): Promise<T> {
  const reader = new ObjectReader(git);
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

function kindOf(
  stored: StoredSnapshot,
  path: string,
  { mode }: TreeEntry,
): { kind: 'file' | 'link'; permissions: number | null } {
  if (mode === LINK) return { kind: 'link', permissions: null };
  return { kind: 'file', permissions: permissionsIn(stored, path, mode) };
}

function shown({ id, tree, totals, leftOut }: StoredSnapshot & { id: string }): Snapshot {
  return { id, tree, ...totals, leftOut: [...leftOut].map(([path, why]) => ({ path, why })) };
}

function unknownPath(path: string, snapshot: string): SnapshotError {
  return new SnapshotError(
    'unknown_path',
    `The snapshot ${snapshot} has nothing to read at ${JSON.stringify(path)}.`,
  );
}
