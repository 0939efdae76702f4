import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes the data directory if it is not there, and gives the id by which services know that they share it. */
export async function openDataDirectory(path: string): Promise<{ path: string; id: string }> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const file = join(path, 'id');
  // The first service to come makes it, whole at once; the others find it.
  const id = randomUUID();
  const draft = `${file}.${id}`;
  await writeFile(draft, id);
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(draft);
  return { path, id: (await readFile(file, 'utf8')).trim() };
}
