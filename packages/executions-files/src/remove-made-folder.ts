import type { WorkspaceOf } from '@cc-executor/executions';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { folderAt, isSameFolder, type MadeFolders } from './made-folders.ts';
import { mountIn } from './mounts.ts';
import { othersWork } from './others-work.ts';
import { removeTree } from './remove-tree.ts';

/** How long after the end of an execution a change still counts as its own, in milliseconds: file timestamps are coarse. */
const STEP_MS = 2000;

/**
 * Removes the folder that an execution created, if it is still that folder, nobody has named it or wants it, and nothing
 * in it belongs to somebody else. Returns why it is kept; null: it is removed completely.
 */
export async function removeMadeFolder(
  root: string,
  made: MadeFolders,
  { uuid, workspace_path: path }: Pick<WorkspaceOf, 'uuid' | 'workspace_path'>,
  ended: Date,
  isWanted: () => Promise<boolean>,
): Promise<string | null> {
  if (path === null || uuid === null) return null;
  const folder = join(root, path);
  const [mark, there, rootFolder] = [await made.read(path), await folderAt(folder), await folderAt(root)];
  if (mark?.uuid !== uuid) return there && 'the execution did not make it';
  // Moved away first: it cannot be replaced after the check, and an interrupted removal is found again.
  const aside = join(root, `.removed-${uuid}`);
  const left = await folderAt(aside);
  if (left && isSameFolder(left, mark)) {
    const mount = await mountIn(aside);
    if (mount !== null) return mountedAt(mount);
    await removeTree(aside);
  }
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
    const mount = await mountIn(folder);
    if (mount !== null) return mountedAt(mount);
    const found = await othersWork(folder, ended.getTime() + STEP_MS, { ...mark, device: there.device });
    // Checked last: the scan of a large folder takes long, and somebody may have named it meanwhile.
    return found ?? ((await isWanted()) ? 'another execution is to work in it' : null);
  }
}

function mountedAt(path: string): string {
  return `something is mounted at ${path}`;
}
