import { entriesOfSync, readPlainSync } from '@cc-executor/evidence';
import { lstatSync, realpathSync, type Dirent, type Stats } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

/** The files that git locks at the top of its folder; another lock may be somebody else's file. */
const TOP =
  /^(index|next-index-\d+|config|config\.worktree|packed-refs|shallow|gc\.pid|HEAD|[A-Z]+_HEAD)\.lock$/;
/** The number of entries that are checked. */
const MOST_ENTRIES = 20_000;
/** The largest file that names a repository, in bytes. */
const LINK_BYTES = 64 * 1024;

/**
 * Returns the paths of git's locks in a workspace, given by its real path: of its own repository, and of those in folders
 * directly in it, with their submodules and linked worktrees. Nothing outside the workspace is read.
 */
export function findLocks(workspace: string): string[] {
  const walk = new Walk();
  // A task can replace its workspace with a link.
  if (realOf(workspace) !== workspace) return [];
  const folders = walk.entries(workspace).filter((entry) => entry.isDirectory());
  for (const folder of [workspace, ...folders.map(({ name }) => join(workspace, name))]) {
    const repository = repositoryOf(folder, workspace);
    if (repository !== null) walk.repository(repository, workspace);
  }
  return [...walk.locks];
}

/** Returns the stats of the entry itself, also of a link; undefined: it does not exist, or is unreadable. */
export function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** Returns the folder with a work tree's repository; null: none, or not in this workspace. */
function repositoryOf(folder: string, workspace: string): string | null {
  const path = join(folder, '.git');
  const stats = statsOf(path);
  if (stats?.isDirectory()) return path;
  return stats?.isFile() ? pathIn(path, workspace, /^gitdir: (.+)$/m) : null;
}

/** Returns the real path that a small file names, if it lies in the workspace. */
function pathIn(file: string, workspace: string, pattern: RegExp): string | null {
  try {
    const named = pattern.exec(readPlainSync(file, LINK_BYTES)?.toString() ?? '')?.[1];
    const path = named === undefined ? null : realOf(resolve(dirname(file), named));
    return path !== null && isBelow(path, workspace) ? path : null;
  } catch {
    return null;
  }
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

class Walk {
  readonly locks = new Set<string>();
  #left = MOST_ENTRIES;

  repository(folder: string, workspace: string): void {
    for (const entry of this.entries(folder)) {
      const path = join(folder, entry.name);
      if (entry.isFile() && TOP.test(entry.name)) this.locks.add(path);
      if (!entry.isDirectory()) continue;
      if (entry.name === 'refs') this.#below(path);
      if (entry.name === 'modules') this.#modules(path, workspace);
      if (entry.name === 'worktrees') this.#worktrees(path, workspace);
    }
  }

  entries(folder: string): Dirent[] {
    const entries: Dirent[] = [];
    try {
      for (const entry of entriesOfSync(folder)) {
        if (this.#left <= 0) break;
        this.#left -= 1;
        entries.push(entry);
      }
    } catch {
      // It was removed, or is unreadable.
    }
    return entries;
  }

  /** No branch or tag name ends with .lock. */
  #below(folder: string): void {
    for (const entry of this.entries(folder)) {
      if (entry.isDirectory()) this.#below(join(folder, entry.name));
      else if (entry.isFile() && entry.name.endsWith('.lock')) this.locks.add(join(folder, entry.name));
    }
  }

  /** The name of a submodule may contain slashes. */
  #modules(folder: string, workspace: string): void {
    for (const entry of this.entries(folder)) {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) continue;
      if (statsOf(join(path, 'HEAD'))) this.repository(path, workspace);
      else this.#modules(path, workspace);
    }
  }

  /** A worktree elsewhere is used by somebody else. */
  #worktrees(folder: string, workspace: string): void {
    for (const entry of this.entries(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && pathIn(join(path, 'gitdir'), workspace, /^(.+)$/m) !== null)
        this.repository(path, workspace);
    }
  }
}
