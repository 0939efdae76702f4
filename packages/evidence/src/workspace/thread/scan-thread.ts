import { extname, join } from 'node:path';
import { AskedThread } from '../../threads/asked-thread.ts';
import type { Question } from './question.ts';

/** As it stands, or compiled. */
const PROGRAM = join(import.meta.dirname, `main${extname(import.meta.filename)}`);

/** After this time without an answer the thread counts as stuck, for example on a lost file system. Milliseconds. */
const STUCK_MS = 40_000;

/** A thread that scans workspaces. */
export type ScanThread = AskedThread<Question>;

/** `idleMs`: ends the thread after this time without a scan, in milliseconds. */
export function startScanThread(idleMs?: number): ScanThread {
  const how = { program: PROGRAM, what: 'scanning workspaces', stuckMs: STUCK_MS };
  return new AskedThread({ ...how, ...(idleMs !== undefined && { idleMs }) });
}
