import { createHash } from 'node:crypto';
import { openPlain } from './plain-files.ts';

/** SHA-256 in hex. */
export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * The length and the SHA-256 of a file, read piece by piece. Rejects when it can't be read, when it is no file, and when
 * it has more than `most` bytes: of a longer one nobody wants to know.
 */
export async function hashFile(path: string, most = Infinity): Promise<{ bytes: number; sha256: string }> {
  const file = await openPlain(path);
  if (!file) throw new Error(`${path} is no file`);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of file.createReadStream()) {
    bytes += (chunk as Buffer).length;
    if (bytes > most) throw new Error(`${path} has more than ${String(most)} bytes`);
    hash.update(chunk as Buffer);
  }
  return { bytes, sha256: hash.digest('hex') };
}
