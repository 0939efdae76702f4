import { lstatSync, type Stats } from 'node:fs';
import { differences } from './diff.ts';
import type { WorkspaceFolder } from './folder/workspace-folder.ts';
import type { Git } from './git/git.ts';
import { permissionsIn, type StoredSnapshot } from './manifest.ts';
import { TreeEdit } from './objects/edit-tree.ts';
import type { ObjectWriter } from './objects/object-writer.ts';
import type { ObjectReader } from './objects/object-reader.ts';
import { LINK } from './objects/tree.ts';

/**
 * Returns a snapshot with what an earlier one has, it does not, and the folder still has: the walk does not see it any
 * more, as it is ignored since, and nobody has removed it. Null: there is nothing of that kind.
 */
export async function withUnseen(
  folder: WorkspaceFolder,
  earlier: StoredSnapshot,
  later: StoredSnapshot,
  { git, reader, objects }: { git: Git; reader: ObjectReader; objects: ObjectWriter },
): Promise<StoredSnapshot | null> {
  const edit = new TreeEdit();
  const folders = new Map(later.folders);
  const permissions = new Map(later.permissions);
  let { files, bytes } = later.totals;
  for (const { path, before, after } of await differences(git, earlier.tree, later.tree)) {
    if (!before || after || later.leftOut.has(path)) continue;
    if (!isThere(folder, path)) continue;
    edit.put(path, before);
    [files, bytes] = [files + 1, bytes + (await reader.header(before.id)).size];
    if (before.mode === LINK) continue;
    const own = permissionsIn(earlier, path, before.mode);
    if (own !== permissionsIn({ usual: later.usual, permissions }, path, before.mode))
      permissions.set(path, own);
  }
  for (const [path, mode] of earlier.folders)
    if (!folders.has(path) && statsOf(folder, path)?.isDirectory() === true) folders.set(path, mode);
  if (files === later.totals.files && folders.size === later.folders.size) return null;
  const { tree } = await edit.apply(later.tree, reader, objects);
  return { ...later, tree, folders, permissions, totals: { files, bytes } };
}

/** Returns whether something that is no folder is at a path. */
export function isThere(folder: WorkspaceFolder, path: string): boolean {
  return statsOf(folder, path)?.isDirectory() === false;
}

/** Null: nothing is there, or its folder is not one any more. */
function statsOf(folder: WorkspaceFolder, path: string): Stats | null {
  try {
    return lstatSync(folder.at(path), { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
