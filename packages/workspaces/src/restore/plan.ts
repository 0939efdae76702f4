import { differences, type TreeDifference } from '../diff.ts';
import type { Git } from '../git/git.ts';
import { permissionsIn, type StoredSnapshot } from '../manifest.ts';
import { foldersOf } from '../names.ts';
import { EMPTY_TREE, LINK } from '../objects/tree.ts';

/** A file or link to write. */
export interface Write {
  path: string;
  mode: string;
  id: string;
  permissions: number;
  /** The replaced entry; null: none. */
  before: { mode: string; id: string } | null;
}

/** How one snapshot becomes another. Nothing in it comes from the workspace itself. */
export interface Plan {
  removals: { path: string; before: { mode: string; id: string } }[];
  /** The deepest first. */
  goneFolders: string[];
  /** The outermost first. */
  newFolders: string[];
  writes: Write[];
  /** Files whose permissions alone change. */
  permissions: { path: string; permissions: number }[];
  /** Folders whose permissions change, or may have to for the time of the restore; the deepest first. */
  folderPermissions: { path: string; permissions: number; isChange: boolean }[];
}

/** Returns what leads from one snapshot to another. What the target does not know stays as it is. */
export async function planRestore(git: Git, left: StoredSnapshot, to: StoredSnapshot): Promise<Plan> {
  const plan: Plan = {
    removals: [],
    goneFolders: [...left.folders.keys()]
      .filter((path) => !to.folders.has(path))
      .toSorted()
      .toReversed(),
    newFolders: [...to.folders.keys()].filter((path) => !left.folders.has(path)).toSorted(),
    writes: [],
    permissions: [],
    folderPermissions: [],
  };
  const touched = new Set<string>();
  const found = await differences(git, left.tree, to.tree);
  for (const { path, before, after } of found) {
    for (const folder of foldersOf(path)) touched.add(folder);
    if (after) {
      const permissions = permissionsIn(to, path, after.mode);
      plan.writes.push({ path, ...after, permissions, before });
    } else if (before && !to.leftOut.has(path)) plan.removals.push({ path, before });
  }
  plan.permissions = await changedPermissions(git, left, to, found);
  for (const path of [...plan.newFolders, ...plan.goneFolders])
    for (const one of foldersOf(path)) touched.add(one);
  for (const [path, permissions] of [...to.folders].toReversed()) {
    const isChange = left.folders.has(path) && left.folders.get(path) !== permissions;
    if (isChange || touched.has(path) || !left.folders.has(path))
      plan.folderPermissions.push({ path, permissions, isChange });
  }
  return plan;
}

/** Of the files that are written anyway, none. */
async function changedPermissions(
  git: Git,
  left: StoredSnapshot,
  to: StoredSnapshot,
  found: readonly TreeDifference[],
): Promise<Plan['permissions']> {
  const differing = new Set(found.map(({ path }) => path));
  const others = [...left.permissions.keys(), ...to.permissions.keys()];
  const isUsual = left.usual.file === to.usual.file && left.usual.executable === to.usual.executable;
  if (isUsual && others.length === 0) return [];
  const own = new Set(others);
  const all = await differences(git, EMPTY_TREE, to.tree);
  return all.flatMap(({ path, after }) => {
    if (!after || after.mode === LINK || differing.has(path) || (isUsual && !own.has(path))) return [];
    const permissions = permissionsIn(to, path, after.mode);
    return permissions === permissionsIn(left, path, after.mode) ? [] : [{ path, permissions }];
  });
}
