import { Pace } from '@cc-executor/evidence/walked-names';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { readEntry } from '../folder/read-entry.ts';
import { PERMISSIONS, type WorkspaceFolder } from '../folder/workspace-folder.ts';
import { foldersOf } from '../names.ts';
import { writeAll } from '../objects/loose-objects.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { LINK } from '../objects/tree.ts';
import type { Plan, Write } from './plan.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;

const REFUSED: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'ETXTBSY']);

/** Why something in a workspace is not as the snapshot has it. */
export type KeptReason =
  /** It is not what was left: it changed since the walk, or its content is in no snapshot. */
  | 'not_kept'
  /** A folder that has something else in it. */
  | 'folder_not_empty'
  /** A link, or something that is not a folder, has the place of a folder. */
  | 'folder_replaced'
  /** The system did not allow it. */
  | 'not_permitted'
  /** The snapshot to restore did not have it either: it was left out. */
  | 'not_in_snapshot';

/** A path that a restore leaves as it is. */
export interface UnrestoredPath {
  path: string;
  why: KeptReason;
}

/**
 * Makes a workspace what a plan says. Nothing is overwritten or removed whose content is not what the plan expects, so it
 * may be repeated after a crash: what is done already is found so. Returns what stays as it is.
 */
export async function applyPlan(
  folder: WorkspaceFolder,
  plan: Plan,
  reader: ObjectReader,
  draft: string,
): Promise<UnrestoredPath[]> {
  const pace = new Pace(Infinity);
  const kept: UnrestoredPath[] = [];
  for (const { path, before } of plan.removals)
    await attempt(path, async () => {
      removeDraft(path);
      const state = await stateOf(path, [before]);
      if (state === 'other') kept.push({ path, why: 'not_kept' });
      else if (state === before) inFolder(path, () => unlinkSync(folder.at(path)));
    });
  folder.leave();
  for (const path of plan.goneFolders)
    await attempt(path, () => {
      const there = lstatSync(folder.at(path), { throwIfNoEntry: false });
      if (there?.isDirectory() !== true) return;
      removeDraft(`${path}/.`);
      folder.leave();
      inFolder(path, () => rmdirSync(folder.at(path)));
    });
  folder.leave();
  for (const path of plan.newFolders) await attempt(path, () => makeFolder(path));
  for (const write of plan.writes) await attempt(write.path, async () => await put(write));
  for (const { path, permissions } of plan.permissions)
    await attempt(path, () => setFilePermissions(path, permissions));
  folder.leave();
  for (const { path, permissions } of plan.folderPermissions)
    await attempt(path, () => folder.setPermissions(path, permissions));
  return kept;

  /** An obstacle at one path keeps only that path unchanged. */
  async function attempt(path: string, work: () => Promise<void> | void): Promise<void> {
    await pace.next();
    try {
      await work();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (REFUSED.has(code)) kept.push({ path, why: 'not_permitted' });
      else if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EISDIR')
        kept.push({ path, why: 'folder_not_empty' });
      else if (code === 'ENOTDIR' || code === 'ELOOP') kept.push({ path, why: 'folder_replaced' });
      else throw error;
    }
  }

  /** Which of some contents is at a path; null: none is there. */
  async function stateOf<T extends { mode: string; id: string }>(
    path: string,
    expected: readonly (T | null)[],
  ): Promise<T | 'other' | null> {
    const found = await readEntry(folder, path, { objects: null, limit: () => null, pace });
    if (found.is === 'nothing') return null;
    if (found.is === 'left_out') return 'other';
    const isLink = (mode: string) => mode === LINK;
    return expected.find((one) => one?.id === found.id && isLink(one.mode) === isLink(found.mode)) ?? 'other';
  }

  async function put({ path, mode, id, permissions, before }: Write): Promise<void> {
    // One of them may have been removed since the walk.
    for (const one of foldersOf(path)) makeFolder(one);
    removeDraft(path);
    const target = { mode, id };
    const state = await stateOf(path, [target, before]);
    if (state === 'other') {
      kept.push({ path, why: 'not_kept' });
      return;
    }
    if (state === target && mode !== LINK) setFilePermissions(path, permissions);
    if (state === target) return;
    const at = () => folder.at(path);
    const draftAt = folder.at(beside(path));
    if (mode === LINK) {
      const content = await reader.blob(id);
      inFolder(path, () => symlinkSync(content, draftAt));
    } else await writeDraft(path, draftAt, id, permissions);
    try {
      renameSync(draftAt, at());
    } catch (error) {
      unlinkSync(draftAt);
      throw error;
    }
  }

  async function writeDraft(path: string, draftAt: Buffer, id: string, permissions: number): Promise<void> {
    const file = inFolder(path, () => openSync(draftAt, 'wx', 0o600));
    try {
      await reader.pour(id, (piece) => {
        writeAll(file, piece);
      });
      fchmodSync(file, permissions);
    } finally {
      closeSync(file);
    }
  }

  function makeFolder(path: string): void {
    const there = lstatSync(folder.at(path), { throwIfNoEntry: false });
    if (there?.isDirectory() === true) return;
    if (there) throw Object.assign(new Error('something has its place'), { code: 'ENOTDIR' });
    inFolder(path, () => mkdirSync(folder.at(path), 0o700));
  }

  function setFilePermissions(path: string, permissions: number): void {
    const file = openSync(folder.at(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    try {
      const stats = fstatSync(file);
      if (stats.isFile() && (stats.mode & PERMISSIONS) !== permissions) fchmodSync(file, permissions);
    } finally {
      closeSync(file);
    }
  }

  /** Changes something in the folder of a path; a folder that its owner may not write gets that right first. */
  function inFolder<T>(path: string, change: () => T): T {
    try {
      return change();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EACCES' && code !== 'EPERM') throw error;
      folder.setPermissions(foldersOf(path).at(-1) ?? '', (was) => was | 0o700);
      return change();
    }
  }

  /** A file that a crash may have left half written. */
  function removeDraft(path: string): void {
    const at = folder.at(beside(path));
    if (lstatSync(at, { throwIfNoEntry: false })) inFolder(path, () => unlinkSync(at));
  }

  function beside(path: string): string {
    return `${path.slice(0, path.lastIndexOf('/') + 1)}${draft}`;
  }
}
