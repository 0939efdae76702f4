import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;

/** SHA-256 in hex. */
export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * The length and the SHA-256 of a file, read piece by piece. Rejects when it can't be read, and when it is no file: a
 * link is not followed, and a device has no end.
 */
export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${path} is no file`);
    await pipeline(file.createReadStream({ autoClose: false }), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        hash.update(chunk);
      }
    });
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}
