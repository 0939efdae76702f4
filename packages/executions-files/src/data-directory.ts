import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOnce } from './write-once.ts';

/** Makes the data directory if it is not there, and gives the id by which services know that they share it. */
export async function openDataDirectory(path: string): Promise<{ path: string; id: string }> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  // The first service to come makes it; the others find it.
  const id = await writeOnce(join(path, 'id'), randomUUID(), 0o644);
  return { path, id: id.trim() };
}
