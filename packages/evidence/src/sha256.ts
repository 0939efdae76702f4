import { createHash } from 'node:crypto';
import { openPlain } from './plain-files.ts';

/** Returns the SHA-256 in hex. */
export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * Returns the length and the SHA-256 of a file, read in chunks. Rejects if it cannot be read, is not a file, or
 * has more than `most` bytes.
 */
export async function hashFile(path: string, most = Infinity): Promise<{ bytes: number; sha256: string }> {
  const { bytes, sha256: hash } = await hashWithEnd(path, most, 0);
  return { bytes, sha256: hash };
}

/** Like `hashFile`, with the last `keep` bytes as they were hashed. */
export async function hashWithEnd(
  path: string,
  most: number,
  keep: number,
): Promise<{ bytes: number; sha256: string; end: Buffer }> {
  const file = await openPlain(path);
  if (!file) throw new Error(`${path} is no file`);
  const hash = createHash('sha256');
  let bytes = 0;
  let end = Buffer.alloc(0);
  for await (const chunk of file.createReadStream()) {
    const read = chunk as Buffer;
    bytes += read.length;
    if (bytes > most) throw new Error(`${path} has more than ${String(most)} bytes`);
    hash.update(read);
    if (keep > 0) end = Buffer.concat([end, read.subarray(-keep)]).subarray(-keep);
  }
  return { bytes, sha256: hash.digest('hex'), end };
}
