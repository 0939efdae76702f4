import { inside } from '@cc-executor/evidence/plain-files';
import { setTimeout as pause } from 'node:timers/promises';

/** How long git may take before anybody looks for what it waits for, in milliseconds; each further look is twice as late. */
const PATIENCE_MS = 2000;
/** Git opens files with such names, and what is in such folders; a pipe elsewhere is passed over by it. */
const OPENED = '.git';

/**
 * Returns the path of a pipe in a folder that git would wait for, once git takes long; null: `signal` has aborted before.
 * A task can put one in the place of any file that git reads, and git opens it like a file.
 */
export async function pipeInTheWay(folder: string, signal: AbortSignal): Promise<Buffer | null> {
  for (let patience = PATIENCE_MS; !signal.aborted; patience *= 2) {
    await pause(patience, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return null;
    const found = await pipeIn(Buffer.from(folder), false, signal).catch(() => null);
    if (found) return found;
  }
  return null;
}

async function pipeIn(folder: Buffer, isGits: boolean, signal: AbortSignal): Promise<Buffer | null> {
  const folders: [Buffer, boolean][] = [];
  for await (const { at, name, isFolder, isPipe } of inside(folder)) {
    if (signal.aborted) return null;
    const isOpened = isGits || name.subarray(0, OPENED.length).toString('latin1').toLowerCase() === OPENED;
    if (isPipe && isOpened) return at;
    if (isFolder) folders.push([at, isOpened]);
  }
  for (const [at, isOpened] of folders) {
    const found = await pipeIn(at, isOpened, signal);
    if (found) return found;
  }
  return null;
}
