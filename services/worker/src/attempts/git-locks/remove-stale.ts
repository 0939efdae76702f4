import { unlinkSync, type Stats } from 'node:fs';
import { findLocks, statsOf } from './find-locks.ts';
import { inUse } from './in-use.ts';

/**
 * Removes the locks that a killed git of an attempt left in the workspace, and returns their
 * paths. Call it when the processes of the attempt have ended. `since`: when the attempt started. Other locks stay: those from
 * before, those of another user than `uid`, and those that may be in use. If that is unknown (there
 * is no /proc), all stay.
 */
export function removeStale(workspace: string, since: Date, uid = process.getuid?.()): string[] {
  if (process.platform !== 'linux') return [];
  const made = new Map<string, Stats>();
  for (const path of findLocks(workspace)) {
    const stats = statsOf(path);
    if (stats && madeAt(stats) >= since.getTime() && stats.uid === uid) made.set(path, stats);
  }
  if (made.size === 0) return [];
  const used = inUse([...made.keys()], workspace);
  return [...made].filter(([path, stats]) => !used.has(path) && removed(path, stats)).map(([path]) => path);
}

/** If the file system does not store the creation time, that is the time of the last change. Milliseconds since 1970. */
function madeAt({ birthtimeMs, ctimeMs }: Stats): number {
  return birthtimeMs > 0 ? Math.min(birthtimeMs, ctimeMs) : ctimeMs;
}

/** It must still be the file that was checked. */
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
