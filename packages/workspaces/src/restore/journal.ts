import { readPlainSync } from '@cc-executor/evidence/plain-files';
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const NAME = 'restore.json';
/** No journal is longer, in bytes. */
const MAX_BYTES = 64 * 1024;

/** A restore that has begun: what is needed to complete it after a crash. */
export interface Journal {
  /** The workspace. */
  folder: string;
  /** Distinguishes it from another folder. */
  identity: string;
  /** The snapshot of what the restore leaves. */
  left: string;
  /** The snapshot that it makes of the workspace. */
  to: string;
  /** The name of the file that may be left half written in the workspace. */
  draft: string;
}

/** Returns whether a restore of a store was interrupted, or is under way. */
export function isInterrupted(store: string): boolean {
  return existsSync(join(store, NAME));
}

/** Returns the restore that was interrupted; null: none was. */
export function readJournal(store: string): Journal | null {
  const bytes = readPlainSync(join(store, NAME), MAX_BYTES);
  return bytes && (JSON.parse(bytes.toString()) as Journal);
}

/** Records that a restore begins, also for after a power failure. */
export function writeJournal(store: string, journal: Journal): void {
  const draft = join(store, `${NAME}.draft`);
  writeFileSync(draft, JSON.stringify(journal), { mode: 0o600, flush: true });
  renameSync(draft, join(store, NAME));
  const folder = openSync(store, constants.O_RDONLY | constants.O_DIRECTORY);
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
