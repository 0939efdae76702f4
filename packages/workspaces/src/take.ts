import { Pace } from '@cc-executor/evidence/walked-names';
import { lstatSync } from 'node:fs';
import { readEntry, type Found, type LeftOutReason } from './folder/read-entry.ts';
import { PERMISSIONS, type WorkspaceFolder } from './folder/workspace-folder.ts';
import {
  emptySnapshot,
  permissionsIn,
  writeSnapshot,
  type Manifest,
  type StoredSnapshot,
} from './manifest.ts';
import { foldersOf, isRepositoryName, namesOf, pathOfNames } from './names.ts';
import { TreeEdit } from './objects/edit-tree.ts';
import type { ObjectWriter } from './objects/object-writer.ts';
import type { ObjectReader } from './objects/object-reader.ts';
import { EXECUTABLE, LINK } from './objects/tree.ts';

/**
 * The result of a walk through a workspace, compared with an earlier snapshot. Paths are relative to the workspace,
 * and as the walk has them: names that are not UTF-8 in its notation.
 */
export interface WorkspaceState {
  /** Every file and link whose content, kind or permissions may have changed since. Too many are harmless. */
  changed: Iterable<string>;
  /** Every file and link that is not there any more. */
  removed: Iterable<string>;
  /** Every folder that is there now. */
  folders: Iterable<string>;
}

/** How large a snapshot may get, in bytes. */
export interface Bounds {
  file: number;
  snapshot: number;
}

type Content = Extract<Found, { is: 'content' }>;

/** Makes a snapshot of what an earlier one has and what has changed since. Only what may have changed is read. */
export async function takeSnapshot(
  folder: WorkspaceFolder,
  state: WorkspaceState,
  previous: StoredSnapshot | null,
  { objects, reader, bounds }: { objects: ObjectWriter; reader: ObjectReader; bounds: Bounds },
): Promise<StoredSnapshot & { id: string }> {
  const pace = new Pace(Infinity);
  const base = previous ?? emptySnapshot();
  const leftOut = new Map<string, LeftOutReason>();
  const contents = new Map<string, Content>();
  const gone = new Set<string>();
  for (const path of state.removed) gone.add(checked(path));
  // What was left out is checked again: it may have become readable, or small enough.
  const paths = new Set([...base.leftOut.keys()].filter((path) => !gone.has(path)));
  for (const path of state.changed) paths.add(checked(path));
  let read = 0;
  const limit = (size: number): LeftOutReason | null => {
    if (size > bounds.file) return 'file_too_large';
    return read + size > bounds.snapshot ? 'snapshot_too_large' : null;
  };
  for (const path of [...paths].toSorted()) {
    await pace.next();
    const repository = repositoryIn(path);
    if (repository !== null) {
      if (isThere(folder, repository)) leftOut.set(repository, 'repository');
      continue;
    }
    const found = await readEntry(folder, path, { objects, limit, pace });
    gone.add(path);
    if (found.is === 'left_out') leftOut.set(path, found.why);
    if (found.is !== 'content') continue;
    contents.set(path, found);
    read += found.size;
  }
  const folders = await permissionsOf(
    folder,
    [...state.folders, ...[...contents.keys()].flatMap(foldersOf)],
    pace,
  );
  let made = await edit();
  // Known only now, with what the earlier snapshot had in place of these.
  for (const path of tooMuch(contents, made.totals.bytes - bounds.snapshot)) {
    contents.delete(path);
    leftOut.set(path, 'snapshot_too_large');
    made = { ...made, tree: '' };
  }
  if (made.tree === '') made = await edit();
  const snapshot = { ...made, folders, leftOut, ...permissionsAfter(previous, gone, contents) };
  return { ...snapshot, id: writeSnapshot(snapshot, objects) };

  async function edit(): Promise<{ tree: string; totals: Manifest['totals'] }> {
    const changes = new TreeEdit();
    for (const path of gone) changes.remove(path);
    let { files, bytes } = base.totals;
    for (const [path, content] of contents) {
      changes.put(path, content);
      files += 1;
      bytes += content.size;
    }
    const { tree, dropped } = await changes.apply(base.tree, reader, objects);
    const sizes = await Promise.all(dropped.map(async (id) => (await reader.header(id)).size));
    for (const size of sizes) bytes -= size;
    return { tree, totals: { files: files - dropped.length, bytes } };
  }
}

/** Throws a RangeError where a path could lead out of the workspace: no walk finds one. */
function checked(path: string): string {
  const names = namesOf(path);
  if (names.length === 0) throw new RangeError('The workspace itself is not a file in it.');
  for (const name of names)
    if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0'))
      throw new RangeError(`${JSON.stringify(path)} is not a path in a workspace.`);
  return path;
}

/** The path up to a repository's own folder; null: it leads through none. Git refuses such names in every tree. */
function repositoryIn(path: string): string | null {
  const names = namesOf(path);
  const index = names.findIndex(isRepositoryName);
  return index === -1 ? null : pathOfNames(names.slice(0, index + 1));
}

function isThere(folder: WorkspaceFolder, path: string): boolean {
  try {
    lstatSync(folder.at(path));
    return true;
  } catch {
    return false;
  }
}

async function permissionsOf(
  folder: WorkspaceFolder,
  paths: readonly string[],
  pace: Pace,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const path of new Set(paths)) {
    await pace.next();
    if (path === '' || repositoryIn(checked(path)) !== null) continue;
    try {
      const stats = lstatSync(folder.at(path));
      if (stats.isDirectory()) found.set(path, stats.mode & PERMISSIONS);
    } catch {
      // It is gone by now, or something else has taken its place.
    }
  }
  return found;
}

/** Returns the largest of the new contents that together have so many bytes. */
function tooMuch(contents: ReadonlyMap<string, Content>, bytes: number): string[] {
  const paths: string[] = [];
  let over = bytes;
  for (const [path, { size }] of [...contents].toSorted(([, one], [, other]) => other.size - one.size)) {
    if (over <= 0) break;
    paths.push(path);
    over -= size;
  }
  return paths;
}

/** Returns the permissions of a snapshot. The first snapshot sets the usual ones, so that later ones are comparable. */
function permissionsAfter(
  previous: StoredSnapshot | null,
  gone: ReadonlySet<string>,
  contents: ReadonlyMap<string, Content>,
): Pick<Manifest, 'usual' | 'permissions'> {
  const usual = previous?.usual ?? {
    file: mostOf(contents, false) ?? 0o644,
    executable: mostOf(contents, true) ?? 0o755,
  };
  const permissions = new Map(previous?.permissions);
  for (const path of gone) permissions.delete(path);
  for (const [path, { mode, permissions: own }] of contents) {
    permissions.delete(path);
    if (mode !== LINK && own !== permissionsIn({ usual, permissions }, path, mode))
      permissions.set(path, own);
  }
  return { usual, permissions };
}

function mostOf(contents: ReadonlyMap<string, Content>, isExecutable: boolean): number | undefined {
  const counts = new Map<number, number>();
  for (const { mode, permissions } of contents.values())
    if (mode !== LINK && (mode === EXECUTABLE) === isExecutable)
      counts.set(permissions, (counts.get(permissions) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0];
}
