import type { WorkspaceOf } from '@cc-executor/executions';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { changedSince } from './changed-since.ts';
import { folderAt, isSameFolder, type MadeFolders } from './made-folders.ts';
import { removeTree } from './remove-tree.ts';

/** So long after the end of an execution a change is still taken for its own, in milliseconds: clocks of files go in steps. */
const STEP_MS = 2000;

/**
 * Removes the folder that an execution has made, if it is that folder still, nobody has named it, and nothing in it was
 * changed after the execution had ended. Returns why it is kept; null: nothing is left of it.
 */
export async function removeMadeFolder(
  root: string,
  made: MadeFolders,
  { uuid, workspace_path: path }: Pick<WorkspaceOf, 'uuid' | 'workspace_path'>,
  ended: Date,
): Promise<string | null> {
  if (path === null || uuid === null) return null;
  const folder = join(root, path);
  const [mark, there, rootFolder] = [await made.read(path), await folderAt(folder), await folderAt(root)];
  if (mark?.uuid !== uuid) return there && 'the execution did not make it';
  // Moved away first: what is looked at then can't be replaced any more, and a removal that was cut off is found again.
  const aside = join(root, `.removed-${uuid}`);
  const left = await folderAt(aside);
  if (left && isSameFolder(left, mark)) await removeTree(aside);
  const kept = there && (await whyKept());
  if (kept === null && there) {
    await rename(folder, aside);
    const moved = await folderAt(aside);
    if (!moved || !isSameFolder(moved, mark)) {
      await rename(aside, folder);
      return 'another folder was put in its place';
    }
    await removeTree(aside);
  }
  await made.forget(path);
  return kept;

  async function whyKept(): Promise<string | null> {
    if (mark?.shared !== false) return 'another execution has named it as its workspace';
    if (!there || !isSameFolder(there, mark) || there.device !== rootFolder?.device)
      return 'another folder was put in its place';
    const changed = await changedSince(folder, ended.getTime() + STEP_MS);
    return changed && `${changed} was changed after the execution had ended`;
  }
}
