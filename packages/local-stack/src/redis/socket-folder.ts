import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartFailure } from '@cc-executor/service-kit';

const SOCKET = 'redis.sock';
/** The address of a unix socket has room for 104 bytes on macOS and 108 on Linux (unix(4), unix(7)). */
const LONGEST_PATH = 100;

/**
 * Returns the path for the socket of the Redis whose files are in `folder`, in a directory that only this user can enter:
 * `folder` itself, or one in the temporary directory if its path is too long. It is always the same one.
 */
export async function socketPath(folder: string): Promise<string> {
  const near = join(folder, SOCKET);
  if (Buffer.byteLength(near) <= LONGEST_PATH) return near;
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const far = join(tmpdir(), `cc-executor-${name}`);
  await mkdir(far, { mode: 0o700 }).catch(ignoreExisting);
  const found = await lstat(far);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new StartFailure(
      `${far} belongs to somebody else: remove it, or set CC_EXECUTOR_DATA_DIR to a shorter path.`,
    );
  await chmod(far, 0o700);
  return join(far, SOCKET);
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
