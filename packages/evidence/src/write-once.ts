import { randomUUID } from 'node:crypto';
import { link, unlink, writeFile } from 'node:fs/promises';
import { readPlain } from './plain-files.ts';

/** The largest file that is written once, in bytes. */
const MAX_BYTES = 64 * 1024;

/**
 * Returns the text of a file. If it is missing, calls `make`, and creates the file with its text atomically,
 * also if another process creates it meanwhile. Rejects for what is not a file, and for one of more than 64 KiB.
 */
export async function writeOnce(path: string, make: () => string, mode = 0o600): Promise<string> {
  const there = await readPlain(path, MAX_BYTES);
  if (there) return there.toString();
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, make(), { mode, flag: 'wx', flush: true });
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(draft);
  const bytes = await readPlain(path, MAX_BYTES);
  if (!bytes) throw new Error(`${path} is not a file`);
  return bytes.toString();
}
