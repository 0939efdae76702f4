import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes a folder and all that is in it; nothing where it is not there. What a task has made read-only too. */
export async function removeTree(path: string): Promise<void> {
  const remove = async () => await rm(path, { recursive: true, force: true });
  try {
    await remove();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    await makeWritable(path);
    await remove();
  }
}

/** Of folders alone: that is what their entries are removed by. No link is followed. */
async function makeWritable(folder: string): Promise<void> {
  if (!(await lstat(folder)).isDirectory()) return;
  await chmod(folder, 0o700);
  for (const name of await readdir(folder)) await makeWritable(join(folder, name));
}
