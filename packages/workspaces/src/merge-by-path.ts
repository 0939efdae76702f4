import { differences, type TreeDifference } from './diff.ts';
import type { Git } from './git/git.ts';
import type { StoredSnapshot } from './manifest.ts';
import { foldersOf } from './names.ts';
import { TreeEdit } from './objects/edit-tree.ts';
import type { ObjectReader } from './objects/object-reader.ts';
import { ObjectWriter } from './objects/object-writer.ts';
import type { Sides } from './sides.ts';

export interface MergedTree {
  tree: string;
  folders: Map<string, number>;
  /** How it differs from ours. */
  touched: readonly TreeDifference[];
  /** The paths at which the sides conflict. */
  conflicts: string[];
}

/**
 * Merges two snapshots of which no path was changed on both sides, or only in the same way; null: one was. This is usual,
 * and cheap. It takes no pair of similar files for a rename: two sides that remove a file and make others do not conflict.
 * One that both have moved as it is, is left to git, which names the conflict.
 */
export async function mergeByPath(
  git: Git,
  { base, ours, theirs }: Sides<StoredSnapshot>,
  reader: ObjectReader,
): Promise<MergedTree | null> {
  const [one, other] = await Promise.all([
    differences(git, base.tree, ours.tree),
    differences(git, base.tree, theirs.tree),
  ]);
  const changed = new Map(one.map((difference) => [difference.path, difference]));
  const made = new Set(
    [...one, ...other].flatMap(({ before, after }) => (!before && after ? [after.id] : [])),
  );
  const touched: TreeDifference[] = [];
  for (const difference of other) {
    const { path, before, after } = difference;
    const own = changed.get(path);
    if (!own) touched.push(difference);
    else if (own.after?.id !== after?.id || own.after?.mode !== after?.mode) return null;
    else if (before && !after && made.has(before.id)) return null;
  }
  const [ourFiles, theirFiles] = [filesOf(one), filesOf(touched)];
  const isBelow = (path: string, files: ReadonlySet<string>) =>
    foldersOf(path).some((folder) => files.has(folder));
  if ([...theirFiles].some((path) => isBelow(path, ourFiles))) return null;
  if ([...ourFiles].some((path) => isBelow(path, theirFiles))) return null;
  const edit = new TreeEdit();
  for (const { path, after } of touched)
    if (after) edit.put(path, after);
    else edit.remove(path);
  const objects = new ObjectWriter(git.repository);
  const { tree } = await edit.apply(ours.tree, reader, objects);
  objects.finish();
  return { tree, folders: folders(), touched, conflicts: [] };

  /** Each that has something in it is there, and none is where a file is. */
  function folders(): Map<string, number> {
    const merged = new Map(ours.folders);
    for (const [path, mode] of theirs.folders) if (base.folders.get(path) !== mode) merged.set(path, mode);
    for (const path of base.folders.keys()) if (!theirs.folders.has(path)) merged.delete(path);
    for (const path of [...ourFiles, ...theirFiles].flatMap(foldersOf))
      if (!merged.has(path)) merged.set(path, ours.folders.get(path) ?? theirs.folders.get(path) ?? 0o755);
    for (const path of merged.keys())
      for (const files of [ourFiles, theirFiles])
        if (files.has(path) || isBelow(path, files)) merged.delete(path);
    return merged;
  }
}

function filesOf(differing: readonly TreeDifference[]): Set<string> {
  return new Set(differing.flatMap(({ path, after }) => (after ? [path] : [])));
}
