import { inside } from '@cc-executor/evidence';
import { chmod, lstat, rm } from 'node:fs/promises';

/** Removes a folder with its content, including what a task made read-only. Does nothing if it does not exist. */
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

/** Only for folders: removing an entry needs the permission of its folder. Links are not followed. */
async function makeWritable(path: string): Promise<void> {
  const folders: (string | Buffer)[] = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (!(await lstat(folder)).isDirectory()) continue;
    await chmod(folder, 0o700);
    for await (const { at, isFolder } of inside(folder)) if (isFolder) folders.push(at);
  }
}
