import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'restore.json';

/** A restore that has begun: what is needed to complete it after a crash. */
export interface Journal {
  /** The workspace. */
  folder: string;
  /** What tells it from another folder. */
  identity: string;
  /** The snapshot of what the restore leaves. */
  left: string;
  /** The snapshot that it makes of the workspace. */
  to: string;
  /** The name of the file that may be left half written in the workspace. */
  draft: string;
}

/** Returns the restore that was interrupted; null: none was. */
export function readJournal(store: string): Journal | null {
  try {
    return JSON.parse(readFileSync(join(store, NAME), 'utf8')) as Journal;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Records that a restore begins, also for after a power failure. */
export function writeJournal(store: string, journal: Journal): void {
  const draft = join(store, `${NAME}.draft`);
  writeFileSync(draft, JSON.stringify(journal), { mode: 0o600, flush: true });
  renameSync(draft, join(store, NAME));
  const folder = openSync(store, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Records that a restore is complete. */
export function removeJournal(store: string): void {
  rmSync(join(store, NAME), { force: true });
}
