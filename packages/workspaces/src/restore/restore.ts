import { randomUUID } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { WorkspaceFolder } from '../folder/workspace-folder.ts';
import type { Git } from '../git/git.ts';
import { readSnapshot, type StoredSnapshot } from '../manifest.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { applyPlan, type UnrestoredPath } from './apply.ts';
import { removeJournal, writeJournal, type Journal } from './journal.ts';
import { planRestore, type Plan } from './plan.ts';

/** The effect of a restore on one path. */
export interface RestoreChange {
  path: string;
  action: 'write' | 'remove' | 'make_folder' | 'remove_folder' | 'set_permissions';
}

export interface RestoreResult {
  /** The snapshot of what is left: restoring it undoes the restore. */
  left: string;
  /** The changes, or those of a dry run. */
  changes: RestoreChange[];
  /** The paths that are kept, and so differ from the snapshot. */
  kept: UnrestoredPath[];
}

/** A restore that an earlier process had begun, and that was completed. */
export interface CompletedRestore extends RestoreResult {
  folder: string;
  to: string;
}

/** A snapshot that is read, with its id. */
export type Side = StoredSnapshot & { id: string };

/** The parts that a restore uses. */
export interface RestoreParts {
  git: Git;
  reader: ObjectReader;
  /** The store's folder. */
  store: string;
}

/** Returns those paths that the target has, what is left does not, and that are there: they would be overwritten. */
export async function inTheWay(
  folder: WorkspaceFolder,
  left: StoredSnapshot,
  to: StoredSnapshot,
  { git }: RestoreParts,
): Promise<string[]> {
  const { writes } = await planRestore(git, left, to);
  return writes.flatMap(({ path, before }) =>
    before === null && !left.leftOut.has(path) && isThere(folder, path) ? [path] : [],
  );
}

/** Returns what a restore would do. Nothing in the workspace changes. */
export async function previewRestore(left: Side, to: Side, { git }: RestoreParts): Promise<RestoreResult> {
  const plan = await planRestore(git, left, to);
  const inLeftOut = plan.writes.filter(({ path }) => left.leftOut.has(path));
  const kept: UnrestoredPath[] = inLeftOut.map(({ path }) => ({ path, why: 'not_kept' }));
  return resultOf(left.id, plan, [...kept, ...unknownTo(to)]);
}

/** Makes a workspace what a snapshot has. Completed by `completeRestore` when this process dies in the middle. */
export async function restore(
  folder: WorkspaceFolder,
  path: string,
  left: Side,
  to: Side,
  parts: RestoreParts,
): Promise<RestoreResult> {
  const draft = draftName();
  const journal = { folder: path, identity: folder.identity, left: left.id, to: to.id, draft };
  const plan = await planRestore(parts.git, left, to);
  writeJournal(parts.store, journal);
  const kept = await applyPlan(folder, plan, parts.reader, draft);
  removeJournal(parts.store);
  return resultOf(left.id, plan, [...kept, ...unknownTo(to)]);
}

/** Makes a new workspace what a snapshot has. What is not done when this process dies is never completed. */
export async function populate(
  folder: WorkspaceFolder,
  left: Side,
  to: Side,
  { git, reader }: Pick<RestoreParts, 'git' | 'reader'>,
): Promise<UnrestoredPath[]> {
  const plan = await planRestore(git, left, to);
  const kept = await applyPlan(folder, plan, reader, draftName());
  return [...kept, ...unknownTo(to)];
}

/** Completes the restore that a process which died had begun. A workspace that is gone stays gone. */
export async function completeRestore(journal: Journal, parts: RestoreParts): Promise<CompletedRestore> {
  const folder = openSame(journal);
  const [left, to] = await Promise.all([
    readSnapshot(journal.left, parts.reader),
    readSnapshot(journal.to, parts.reader),
  ]);
  const plan = await planRestore(parts.git, left, to);
  const named = { folder: journal.folder, to: journal.to };
  try {
    const kept: UnrestoredPath[] = folder
      ? await applyPlan(folder, plan, parts.reader, journal.draft)
      : [{ path: '', why: 'folder_replaced' }];
    removeJournal(parts.store);
    return { ...named, ...resultOf(journal.left, plan, [...kept, ...unknownTo(to)]) };
  } finally {
    folder?.close();
  }
}

/** Null: the workspace is gone, or another folder has its place. */
function openSame({ folder: path, identity }: Journal): WorkspaceFolder | null {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
  const folder = new WorkspaceFolder(path);
  if (folder.identity === identity) return folder;
  folder.close();
  return null;
}

function draftName(): string {
  return `.cc-executor-restore-${randomUUID()}`;
}

function unknownTo({ leftOut }: StoredSnapshot): UnrestoredPath[] {
  return [...leftOut.keys()].map((path) => ({ path, why: 'not_in_snapshot' }));
}

function resultOf(left: string, plan: Plan, kept: UnrestoredPath[]): RestoreResult {
  const stay = new Set(kept.map(({ path }) => path));
  const as = (action: RestoreChange['action'], paths: readonly { path: string }[]) =>
    paths.flatMap(({ path }) => (stay.has(path) ? [] : [{ path, action }]));
  const folders = (paths: readonly string[]) => paths.map((path) => ({ path }));
  const changes = [
    ...as('remove', plan.removals),
    ...as('remove_folder', folders(plan.goneFolders)),
    ...as('make_folder', folders(plan.newFolders)),
    ...as('write', plan.writes),
    ...as('set_permissions', plan.permissions),
    ...as(
      'set_permissions',
      plan.folderPermissions.filter(({ isChange }) => isChange),
    ),
  ];
  return { left, changes, kept };
}

function isThere(folder: WorkspaceFolder, path: string): boolean {
  try {
    return lstatSync(folder.at(path), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
