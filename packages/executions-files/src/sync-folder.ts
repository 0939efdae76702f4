import { openFolder } from '@cc-executor/evidence';

/** Syncs a folder, so that its new names survive a power failure. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await openFolder(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
