import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
/** No file: nothing is there, a link, a socket, or something that is no folder in its path. */
const NONE: ReadonlySet<string> = new Set(['ENOENT', 'ELOOP', 'ENXIO', 'ENOTDIR']);

/**
 * Opens a file that anybody may have put there, to read it; null: there is none. A link is not followed: it could lead
 * to what only the reader may see. A pipe is not waited for, and a device has no end. Rejects when it may not be read.
 */
export async function openPlain(path: string): Promise<FileHandle | null> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY).catch(
    (error: NodeJS.ErrnoException) => {
      if (NONE.has(error.code ?? '')) return null;
      throw error;
    },
  );
  if (!file) return null;
  const isFile = await file.stat().then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (isFile) return file;
  await file.close();
  return null;
}
