import type { LeftOutReason } from './folder/read-entry.ts';
import type { ObjectWriter } from './objects/object-writer.ts';
import type { ObjectReader } from './objects/object-reader.ts';
import { EMPTY_TREE, EXECUTABLE, FILE, formatTree, TREE } from './objects/tree.ts';
import { checkId } from './refs.ts';
import { SnapshotError } from './snapshot-error.ts';

/** A path of the workspace that its snapshot does not have. */
export interface LeftOut {
  path: string;
  why: LeftOutReason;
}

/** Data that a git tree can't hold. A snapshot is a tree of the workspace's own tree and this, in one blob for each part. */
export interface Manifest {
  /** The permissions of every folder, by path. */
  folders: Map<string, number>;
  /** The usual permissions of files, and of executable ones. */
  usual: { file: number; executable: number };
  /** The permissions of the files that have others, by path. */
  permissions: Map<string, number>;
  leftOut: Map<string, LeftOutReason>;
  /** Of the files and links. */
  totals: { files: number; bytes: number };
}

/** A snapshot, as far as it is read. */
export interface StoredSnapshot extends Manifest {
  /** The workspace's own tree. */
  tree: string;
}

/** The manifest of an empty workspace. */
export function emptySnapshot(): StoredSnapshot {
  return {
    tree: EMPTY_TREE,
    folders: new Map(),
    usual: { file: 0o644, executable: 0o755 },
    permissions: new Map(),
    leftOut: new Map(),
    totals: { files: 0, bytes: 0 },
  };
}

/** Returns the permissions of a file in a snapshot, by its mode in the tree. */
export function permissionsIn(
  { usual, permissions }: Pick<Manifest, 'usual' | 'permissions'>,
  path: string,
  mode: string,
): number {
  return permissions.get(path) ?? (mode === EXECUTABLE ? usual.executable : usual.file);
}

/** Stores a snapshot, and returns its id. Equal workspaces have equal ids. */
export function writeSnapshot(snapshot: StoredSnapshot, objects: ObjectWriter): string {
  const { tree, folders, usual, permissions, leftOut, totals } = snapshot;
  const blob = (value: unknown) => ({
    mode: FILE,
    id: objects.write('blob', Buffer.from(JSON.stringify(value))),
  });
  const entries = new Map([
    ['files', { mode: TREE, id: tree }],
    ['folders', blob(sorted(folders))],
    ['left-out', blob(sorted(leftOut))],
    ['permissions', blob({ usual, others: sorted(permissions) })],
    ['totals', blob(totals)],
  ]);
  return objects.write('tree', formatTree(entries));
}

/** Reads a snapshot. Rejects with a SnapshotError when it is not in the store, or is no snapshot. */
export async function readSnapshot(id: string, reader: ObjectReader): Promise<StoredSnapshot> {
  const entries = await reader.tree(checkId(id)).catch((error: unknown) => {
    if (error instanceof SnapshotError && error.fault === 'damaged')
      throw new SnapshotError('unknown_snapshot', `The snapshot ${id} is not in the store.`, {
        cause: error,
      });
    throw error;
  });
  const idOf = (name: string): string => {
    const entry = entries.get(name);
    if (entry) return entry.id;
    throw new SnapshotError('unknown_snapshot', `${id} is not a snapshot.`);
  };
  const read = async (name: string) => JSON.parse((await reader.blob(idOf(name))).toString()) as unknown;
  const [folders, leftOut, permissions, totals] = await Promise.all(
    ['folders', 'left-out', 'permissions', 'totals'].map(read),
  );
  const { usual, others } = permissions as { usual: Manifest['usual']; others: [string, number][] };
  return {
    tree: idOf('files'),
    folders: new Map(folders as [string, number][]),
    usual,
    permissions: new Map(others),
    leftOut: new Map(leftOut as [string, LeftOutReason][]),
    totals: totals as Manifest['totals'],
  };
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].toSorted(([one], [other]) => (one < other ? -1 : 1));
}
