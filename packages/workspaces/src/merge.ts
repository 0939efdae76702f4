import { differences } from './diff.ts';
import type { Git } from './git/git.ts';
import { permissionsIn, type StoredSnapshot } from './manifest.ts';
import { mergeByPath, type MergedTree } from './merge-by-path.ts';
import { pathOfBytes } from './names.ts';
import type { ObjectReader } from './objects/object-reader.ts';
import { ObjectWriter } from './objects/object-writer.ts';
import { LINK } from './objects/tree.ts';
import type { Sides } from './sides.ts';
import { SnapshotError } from './snapshot-error.ts';

/** Nobody reads these commits; git finds by them what both sides come from. */
const NOBODY = 'cc-executor <cc-executor@localhost> 0 +0000';
/** A folder that one side has renamed would take new files of the other with it. */
const CONFIG = ['-c', 'merge.directoryRenames=false'];
/** The number of paths that fit into a command line. */
const MOST_ASKED = 500;
const TREE_ID = /^[0-9a-f]{40}$/;

/**
 * Merges two snapshots. Returns the merged one, not stored yet, or the paths at which they conflict, of which nothing is
 * kept. Rejects with a SnapshotError when git fails.
 */
export async function mergeSnapshots(
  git: Git,
  sides: Sides<StoredSnapshot>,
  reader: ObjectReader,
): Promise<StoredSnapshot | { conflicts: string[] }> {
  const merged = (await mergeByPath(git, sides, reader)) ?? (await mergeByGit(git, sides));
  if (merged.conflicts.length > 0) return { conflicts: merged.conflicts };
  return await withMerged(sides, merged, reader);
}

/**
 * Merges two snapshots as git does it, conflicts included: texts have its markers, and of what can't be in one text both
 * sides or one of them stay. Returns the result, not stored yet. Rejects with a SnapshotError when git fails.
 */
export async function mergeWithMarkers(
  git: Git,
  sides: Sides<StoredSnapshot>,
  reader: ObjectReader,
): Promise<StoredSnapshot> {
  return await withMerged(sides, await mergeByGit(git, sides), reader);
}

async function withMerged(
  sides: Sides<StoredSnapshot>,
  { tree, folders, touched }: MergedTree,
  reader: ObjectReader,
): Promise<StoredSnapshot> {
  const { ours, theirs } = sides;
  const permissions = new Map<string, number>();
  const { totals } = ours;
  let { files, bytes } = totals;
  for (const { before, after } of touched) {
    if (before) [files, bytes] = [files - 1, bytes - (await reader.header(before.id)).size];
    if (after) [files, bytes] = [files + 1, bytes + (await reader.header(after.id)).size];
  }
  for (const [path, mode] of mergedMaps(sides, ({ permissions: of }) => of)) permissions.set(path, mode);
  // A file that comes from the other side keeps its permissions, also where the usual ones differ.
  for (const { path, after } of touched) {
    permissions.delete(path);
    if (!after || after.mode === LINK) continue;
    const own = permissionsIn(theirs, path, after.mode);
    if (own !== permissionsIn({ usual: ours.usual, permissions }, path, after.mode))
      permissions.set(path, own);
  }
  const leftOut = mergedMaps(sides, ({ leftOut: of }) => of);
  return { tree, folders, usual: ours.usual, permissions, leftOut, totals: { files, bytes } };
}

async function mergeByGit(git: Git, sides: Sides<StoredSnapshot>): Promise<MergedTree> {
  const { base, ours, theirs } = sides;
  const { tree, conflicts } = await mergedTree(git, {
    base: base.tree,
    ours: ours.tree,
    theirs: theirs.tree,
  });
  const [folders, touched] = await Promise.all([
    mergedFolders(git, sides, tree),
    differences(git, ours.tree, tree),
  ]);
  return { tree, folders, touched, conflicts };
}

async function mergedTree(
  git: Git,
  { base, ours, theirs }: Sides<string>,
): Promise<Pick<MergedTree, 'tree' | 'conflicts'>> {
  if (ours === theirs || base === theirs) return { tree: ours, conflicts: [] };
  if (base === ours) return { tree: theirs, conflicts: [] };
  const commits = new ObjectWriter(git.repository);
  const commit = (tree: string, ...parents: string[]) => {
    const lines = [`tree ${tree}`, ...parents.map((one) => `parent ${one}`)];
    const text = [...lines, `author ${NOBODY}`, `committer ${NOBODY}`, '', 'side', ''].join('\n');
    return commits.write('commit', Buffer.from(text));
  };
  const root = commit(base);
  const [one, other] = [commit(ours, root), commit(theirs, root)];
  commits.finish();
  const options = ['--write-tree', '--name-only', '-z', '--no-messages'];
  const { code, output } = await git.outcome([...CONFIG, 'merge-tree', ...options, one, other]);
  const [id = '', ...paths] = split(output);
  // What is no commit ends with 1 as well, and prints nothing.
  if ((code !== 0 && code !== 1) || !TREE_ID.test(id))
    throw new SnapshotError('git_failed', `git merge-tree failed: ${String(code)}`);
  return { tree: id, conflicts: code === 0 ? [] : [...new Set(paths)] };
}

/** The folders of both sides; each that has something in it is there, and none is where a file is. */
async function mergedFolders(
  git: Git,
  sides: Sides<StoredSnapshot>,
  tree: string,
): Promise<Map<string, number>> {
  const folders = mergedMaps(sides, ({ folders: of }) => of);
  const filled = split(await git.run(['ls-tree', '-r', '-d', '-z', '--name-only', tree]));
  for (const path of filled)
    if (!folders.has(path))
      folders.set(path, sides.ours.folders.get(path) ?? sides.theirs.folders.get(path) ?? 0o755);
  const known = new Set(filled);
  const empty = [...folders.keys()].filter((path) => !known.has(path));
  for (let at = 0; at < empty.length; at += MOST_ASKED) {
    const some = empty.slice(at, at + MOST_ASKED);
    const files = await git.run(['--literal-pathspecs', 'ls-tree', '-z', '--name-only', tree, '--', ...some]);
    for (const path of split(files)) folders.delete(path);
  }
  return folders;
}

/** The first section of the answer: an id, then paths, each ended by a zero byte; an empty one ends it. */
function split(output: Buffer): string[] {
  const parts: string[] = [];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(0, at);
    const part = output.subarray(at, end === -1 ? output.length : end);
    if (part.length === 0) break;
    parts.push(pathOfBytes(part));
    at = end === -1 ? output.length : end + 1;
  }
  return parts;
}

/** Ours, with what theirs has changed since the base. */
function mergedMaps<T>(
  { base, ours, theirs }: Sides<StoredSnapshot>,
  of: (side: StoredSnapshot) => ReadonlyMap<string, T>,
): Map<string, T> {
  const merged = new Map(of(ours));
  for (const [path, value] of of(theirs)) if (of(base).get(path) !== value) merged.set(path, value);
  for (const path of of(base).keys()) if (!of(theirs).has(path)) merged.delete(path);
  return merged;
}
