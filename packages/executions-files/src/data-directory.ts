import { writeOnce } from '@cc-executor/evidence';
import { makeOwnFolder } from '@cc-executor/service-kit';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

/** Creates the data directory if it is missing, and returns the id by which services know that they share it. */
export async function openDataDirectory(path: string): Promise<{ path: string; id: string }> {
  await makeOwnFolder(path, { mode: 0o700, sign: 'id' });
  // The first service creates it; the others find it.
  const id = await writeOnce(join(path, 'id'), randomUUID, 0o644);
  return { path, id: id.trim() };
}
