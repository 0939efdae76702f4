import { lstat, realpath } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Claims } from './read-claims.ts';

/** A file that an answer names, in its current state. */
export interface ClaimedFile {
  /** Relative to the workspace, with / between its parts; null: outside of it. */
  path: string | null;
  /** null: it does not exist, or it was not checked. */
  kind: 'file' | 'folder' | null;
  /** When its content or its metadata was last changed, in milliseconds since 1970; null as `kind`. */
  changedAt: number | null;
}

/** Returns the files that claims name, by the claimed name. Files in other directories that the agent may edit are left out. */
export async function lookAtClaimedFiles(
  { created, modified, deleted }: Claims,
  workspace: string,
  otherDirectories: readonly string[],
): Promise<Map<string, ClaimedFile>> {
  const roots = [workspace, await realpath(workspace).catch(() => workspace)];
  const files = new Map<string, ClaimedFile>();
  for (const named of new Set([created, modified, deleted].flatMap((list) => list ?? []))) {
    const path = roots.map((root) => pathIn(root, resolve(workspace, named))).find((found) => found !== null);
    const isElsewhere = otherDirectories.some((root) => pathIn(root, resolve(workspace, named)) !== null);
    if (path !== undefined) files.set(named, { path, ...(await lookAt(resolve(workspace, path), roots)) });
    else if (!isElsewhere) files.set(named, { path: null, kind: null, changedAt: null });
  }
  return files;
}

function pathIn(root: string, path: string): string | null {
  const within = relative(resolve(root), path);
  return within === '..' || within.startsWith(`..${sep}`) ? null : within.split(sep).join('/');
}

/** Nothing is reported of what is outside of the workspace: a task can put a link to any folder into it. */
async function lookAt(
  path: string,
  roots: readonly string[],
): Promise<Pick<ClaimedFile, 'kind' | 'changedAt'>> {
  try {
    const folder = await realpath(dirname(path));
    const isRoot = roots.includes(path);
    if (!isRoot && !roots.some((root) => pathIn(root, folder) !== null))
      return { kind: null, changedAt: null };
    const stats = await lstat(path);
    return { kind: stats.isDirectory() ? 'folder' : 'file', changedAt: stats.ctimeMs };
  } catch {
    return { kind: null, changedAt: null };
  }
}
