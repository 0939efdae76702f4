import { unlinkSync, type Stats } from 'node:fs';
import { findLocks, statsOf } from './find-locks.ts';
import { inUse } from './in-use.ts';

/**
 * Removes the locks that a git of an attempt has left in the workspace, as it does when it is killed, and returns their
 * paths; call it when the processes of the attempt are gone. `since`: when the attempt began. Others are left: what was
 * there before, what belongs to another user, and what somebody may still work with. Where nobody can tell that (there
 * is no /proc), all are.
 */
export function removeStale(workspace: string, since: Date): string[] {
  if (process.platform !== 'linux') return [];
  const made = new Map<string, Stats>();
  for (const path of findLocks(workspace)) {
    const stats = statsOf(path);
    if (stats && madeAt(stats) >= since.getTime() && stats.uid === process.getuid?.()) made.set(path, stats);
  }
  if (made.size === 0) return [];
  const used = inUse([...made.keys()], workspace);
  return [...made].filter(([path, stats]) => !used.has(path) && removed(path, stats)).map(([path]) => path);
}

/** Where the disk does not keep when a file was made, that is when it was last changed. Milliseconds since 1970. */
function madeAt({ birthtimeMs, ctimeMs }: Stats): number {
  return birthtimeMs > 0 ? Math.min(birthtimeMs, ctimeMs) : ctimeMs;
}

/** It must still be the file that was looked at. */
function removed(path: string, { ino, ctimeMs }: Stats): boolean {
  const now = statsOf(path);
  if (now?.ino !== ino || now.ctimeMs !== ctimeMs) return false;
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false; // it stays, and the next attempt says so
  }
}
