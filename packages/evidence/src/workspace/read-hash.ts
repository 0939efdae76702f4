import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import type { Entry } from './entry.ts';
import type { Pace } from './pace.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
const chunk = Buffer.allocUnsafe(256 * 1024);

/** Reads a file's content, of at most `limit` bytes, into its entry: its hash, or why there is none. Returns the bytes read. */
export async function readHash(
  path: string | Buffer,
  entry: Entry,
  { limit, pace }: { limit: number; pace: Pace },
): Promise<number> {
  try {
    if (entry.kind === 'other') return 0;
    if (entry.kind === 'file') return await hashFile(path, entry, { limit, pace });
    entry.sha256 = createHash('sha256').update(readlinkSync(path, 'buffer')).digest('hex');
  } catch {
    entry.note = 'unreadable';
  }
  return 0;
}

async function hashFile(
  path: string | Buffer,
  entry: Entry,
  { limit, pace }: { limit: number; pace: Pace },
): Promise<number> {
  if (entry.size > limit) {
    entry.note = 'not_hashed';
    return 0;
  }
  // What has become a pipe or a link since the walk is not opened, or does not block.
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  try {
    const hash = createHash('sha256');
    const before = fstatSync(file);
    let bytes = 0;
    while (before.isFile() && bytes <= entry.size) {
      const read = readSync(file, chunk, 0, chunk.length, null);
      if (read === 0) break;
      hash.update(chunk.subarray(0, read));
      bytes += read;
      // The buffer is shared: its content is no longer needed.
      await pace.next();
    }
    const after = fstatSync(file);
    const isSame = bytes === entry.size && after.mtimeMs === entry.mtimeMs && after.ino === entry.ino;
    if (before.isFile() && isSame && after.size === entry.size) entry.sha256 = hash.digest('hex');
    else entry.note = 'being_written';
    return bytes;
  } finally {
    closeSync(file);
  }
}
