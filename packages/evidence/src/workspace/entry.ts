import type { WorkspaceChange } from '@cc-executor/contracts';
import type { Stats } from 'node:fs';

/** The facts about one file from one walk. */
export interface Entry {
  /** Its path, as keys have it: one text for all walks that it is the same in. */
  path: string;
  kind: WorkspaceChange['kind'];
  /** In bytes. */
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
  /** The hash of the content; null: not read. */
  sha256: string | null;
  note: NonNullable<WorkspaceChange['note']> | null;
  /** True if it was written so shortly before the walk that another write may have left its times unchanged. */
  isFresh: boolean;
}

/** The granularity of file timestamps, in milliseconds, with a margin. */
const STEP_MS = 50;

export function entryOf(path: string, stats: Stats, now: number): Entry {
  const { size, mtimeMs, ctimeMs, ino } = stats;
  const kind = stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'link' : 'other';
  const isFresh = Math.max(mtimeMs, ctimeMs) > now - STEP_MS;
  return {
    path,
    kind,
    size: kind === 'other' ? 0 : size,
    mtimeMs,
    ctimeMs,
    ino,
    sha256: null,
    note: null,
    isFresh,
  };
}

/** Returns whether the content of a file may have changed: it can keep its size and mtime, but not its ctime. */
export function mayDiffer(before: Entry, now: Entry): boolean {
  if (before === now) return false;
  return (
    before.isFresh ||
    before.kind !== now.kind ||
    before.size !== now.size ||
    before.mtimeMs !== now.mtimeMs ||
    before.ctimeMs !== now.ctimeMs ||
    before.ino !== now.ino
  );
}
