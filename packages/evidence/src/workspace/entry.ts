import type { WorkspaceChange } from '@cc-executor/contracts';
import type { Stats } from 'node:fs';

/** What is known of one file, from one look. */
export interface Entry {
  kind: WorkspaceChange['kind'];
  /** In bytes. */
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
  /** Of the content, where it was read; null: it was not. */
  sha256: string | null;
  note: NonNullable<WorkspaceChange['note']> | null;
  /** True where it was written so shortly before the look that another write may have left its times as they are. */
  isFresh: boolean;
}

/** The clock by which files are stamped goes in steps; in milliseconds, ample. */
const STEP_MS = 50;

export function entryOf(stats: Stats, now: number): Entry {
  const { size, mtimeMs, ctimeMs, ino } = stats;
  const kind = stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'link' : 'other';
  const isFresh = Math.max(mtimeMs, ctimeMs) > now - STEP_MS;
  return {
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

/** True when a file may have another content than it had: any content can be changed without its size or mtime, not without its ctime. */
export function mayDiffer(before: Entry, now: Entry): boolean {
  return (
    before.isFresh ||
    before.kind !== now.kind ||
    before.size !== now.size ||
    before.mtimeMs !== now.mtimeMs ||
    before.ctimeMs !== now.ctimeMs ||
    before.ino !== now.ino
  );
}
