import { lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffPage, patch, stat, text, type DiffPage } from './diff.ts';
import { Git } from './git/git.ts';
import { repositoryIn } from './git/repository.ts';
import { permissionsIn, readSnapshot, type LeftOut, type StoredSnapshot } from './manifest.ts';
import { namesOf, pathOfNames } from './names.ts';
import { entryAt, TreeEdit } from './objects/edit-tree.ts';
import { ObjectReader } from './objects/object-reader.ts';
import { ObjectWriter } from './objects/object-writer.ts';
import { EMPTY_TREE, LINK, TREE, type TreeEntry } from './objects/tree.ts';
import { checkId, snapshotAt, snapshotsByLabel } from './refs.ts';
import { SnapshotError } from './snapshot-error.ts';

/** The content of a snapshot. */
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

/** The default number of files on a page of a diff. */
const PAGE = 500;

const FORMS = { patch, text, stat };

/**
 * Opens the snapshots of one workspace for reading. Nothing in the folder changes, so it may be one that this process must
 * not write. Rejects with a SnapshotError where there are none, or without git.
 */
export async function openSnapshots(folder: string, options: ReadOptions = {}): Promise<Snapshots> {
  return new Snapshots(await openGit(folder, options));
}

/** Opens the repository of a store for reading. Rejects as `openSnapshots` does. */
export async function openGit(
  folder: string,
  { git: program = 'git', path }: ReadOptions = {},
): Promise<Git> {
  const repository = repositoryIn(folder);
  if (lstatSync(repository, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new SnapshotError('unknown_snapshot', `There are no snapshots in ${folder}.`);
  const git = new Git({ program, path }, realpathIn(repository));
  await git.checkVersion();
  return git;
}

interface ReadOptions {
  git?: string;
  path?: string | undefined;
}

/** Returns the real path of a repository. Throws a SnapshotError if it was removed just now. */
function realpathIn(repository: string): string {
  try {
    return realpathSync(repository);
  } catch (error) {
    throw new SnapshotError('unknown_snapshot', `There are no snapshots in ${repository}.`, { cause: error });
  }
}

/** The snapshots of one workspace, to be read. Its methods may run at the same time, and beside a process that writes. */
export class Snapshots {
  readonly #git: Git;

  constructor(git: Git) {
    this.#git = git;
  }

  /** Returns the ids of the snapshots that are kept, by label. */
  labels(): Map<string, string> {
    return snapshotsByLabel(this.#git.repository);
  }

  /** Returns the id of the snapshot that a label keeps; null: there is none. */
  labelled(label: string): string | null {
    return snapshotAt(this.#git.repository, label);
  }

  /** Returns what a snapshot has in it. Rejects with a SnapshotError when it is not there. */
  async summary(snapshot: string): Promise<Snapshot> {
    return await withReader(this.#git, async (reader) =>
      shown(snapshot, await readSnapshot(snapshot, reader)),
    );
  }

  /**
   * Returns which of some snapshots are not whole in the store: something of them is missing, or is not what its hash says.
   * Every content is read. Rejects with the reason of the signal when it aborts.
   */
  async notWhole(
    snapshots: readonly string[],
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<Set<string>> {
    if (await this.#areWhole(snapshots, signal)) return new Set();
    const found = new Set<string>();
    for (const snapshot of snapshots) if (!(await this.#areWhole([snapshot], signal))) found.add(snapshot);
    return found;
  }

  /** Returns which of some snapshots are not there: one question for each, and no content is read. */
  async missing(snapshots: readonly string[]): Promise<Set<string>> {
    return await withReader(this.#git, async (reader) => {
      const isThere = async (id: string) =>
        await reader.header(`${checkId(id)}:files`).then(
          () => true,
          () => false,
        );
      const found = await Promise.all(snapshots.map(isThere));
      return new Set(snapshots.filter((_, index) => found[index] !== true));
    });
  }

  async #areWhole(snapshots: readonly string[], signal: AbortSignal | undefined): Promise<boolean> {
    if (snapshots.length === 0) return true;
    try {
      await this.#git.run(['rev-list', '--verify-objects', '--quiet', ...snapshots.map(checkId)], { signal });
      return true;
    } catch (error) {
      if (error instanceof SnapshotError && error.fault === 'git_failed') return false;
      throw error;
    }
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
    for await (const { git, trees } of this.#between(before, after, paths))
      return await diffPage(git, ...trees, { cursor, limit });
    throw new Error('There is always one pair of trees.');
  }

  /**
   * Yields a patch that `git apply` takes, binary files included; or for people a diff as `text`, or a summary as `stat`.
   * Empty folders and permissions beyond the executable bit are in none of them. Throws the reason of the signal when it
   * aborts.
   */
  async *patch(
    before: string,
    after: string,
    {
      paths,
      form = 'patch',
      signal,
    }: { paths?: readonly string[]; form?: keyof typeof FORMS; signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<Buffer, void, undefined> {
    for await (const { git, trees } of this.#between(before, after, paths))
      yield* FORMS[form](git, ...trees, { signal });
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
      const id = path === '' ? stored.tree : entry?.mode === TREE ? entry.id : null;
      const tree = id === null ? new Map<string, TreeEntry>() : await reader.tree(id);
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

  /** Returns a file of a snapshot; its content is read as it is requested. */
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

  /**
   * Yields a snapshot, or a folder in it, as a tar archive, compressed by gzip. It has no empty folders, and of permissions
   * the executable bit alone. Throws a SnapshotError where there is no folder at the path.
   */
  async *archive(snapshot: string, path = ''): AsyncGenerator<Buffer, void, undefined> {
    const tree = await withReader(this.#git, async (reader) => {
      const stored = await readSnapshot(snapshot, reader);
      if (path === '') return stored.tree;
      const entry = await entryAt(stored.tree, path, reader);
      if (entry?.mode === TREE) return entry.id;
      throw unknownPath(path, snapshot);
    });
    yield* this.#git.stream(['-c', 'tar.umask=0022', 'archive', '--format=tar.gz', tree]);
  }

  /**
   * Yields the trees of two snapshots once; of the named paths alone where there are some. Not by git's pathspecs: names
   * that are not UTF-8 can't be arguments here. Trees made for it are outside the store, for as long as they are used.
   */
  async *#between(
    before: string,
    after: string,
    paths: readonly string[] | undefined,
  ): AsyncGenerator<{ git: Git; trees: [string, string] }, void, undefined> {
    const trees = await withReader(this.#git, async (reader) => {
      const both = [await readSnapshot(before, reader), await readSnapshot(after, reader)] as const;
      return both.map(({ tree }) => tree) as [string, string];
    });
    if (!paths || paths.some((path) => namesOf(path).length === 0)) {
      yield { git: this.#git, trees };
      return;
    }
    const scratch = mkdtempSync(join(tmpdir(), 'cc-executor-diff-'));
    try {
      mkdirSync(join(scratch, 'objects', 'pack'), { recursive: true });
      const objects = new ObjectWriter(scratch);
      const [one, other] = await withReader(this.#git, async (reader) => [
        await only(trees[0], paths, reader, objects),
        await only(trees[1], paths, reader, objects),
      ]);
      objects.finish();
      if (one !== undefined && other !== undefined)
        yield { git: this.#git.withObjects(join(scratch, 'objects')), trees: [one, other] };
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
}

async function only(
  tree: string,
  paths: readonly string[],
  reader: ObjectReader,
  objects: ObjectWriter,
): Promise<string> {
  const edit = new TreeEdit();
  for (const path of paths) {
    const entry = await entryAt(tree, path, reader);
    if (entry) edit.put(path, entry);
  }
  return (await edit.apply(EMPTY_TREE, reader, objects)).tree;
}

/** Runs `work` with a process of git that reads objects. */
async function withReader<T>(git: Git, work: (reader: ObjectReader) => Promise<T>): Promise<T> {
  const reader = new ObjectReader(git);
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

/** Returns what is shown of a stored snapshot. */
export function shown(id: string, { tree, totals, leftOut }: StoredSnapshot): Snapshot {
  return { id, tree, ...totals, leftOut: [...leftOut].map(([path, why]) => ({ path, why })) };
}

function kindOf(
  stored: StoredSnapshot,
  path: string,
  { mode }: TreeEntry,
): { kind: 'file' | 'link'; permissions: number | null } {
  if (mode === LINK) return { kind: 'link', permissions: null };
  return { kind: 'file', permissions: permissionsIn(stored, path, mode) };
}

function unknownPath(path: string, snapshot: string): SnapshotError {
  return new SnapshotError(
    'unknown_path',
    `The snapshot ${snapshot} has nothing to read at ${JSON.stringify(path)}.`,
  );
}
