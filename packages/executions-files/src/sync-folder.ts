import { open } from 'node:fs/promises';

/** Makes a folder remember the names that were put into it, also after a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
