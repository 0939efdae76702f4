import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface OwnFolderOptions {
  /** Its mode when it is made. */
  mode?: number;
  /** A file by which a folder is known that an earlier run has made. */
  sign?: string;
}

/**
 * Makes a folder if it is not there. One that was made here gets a `.gitignore` of all that is in it, so that no
 * repository around it takes up keys, conversations or outputs; a folder that somebody else made stays as it is. The
 * `.gitignore` of a folder does not count for repositories below it.
 */
export async function makeOwnFolder(path: string, { mode, sign }: OwnFolderOptions = {}): Promise<void> {
  const made = await mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
  const isOurs = made !== undefined || (sign !== undefined && existsSync(join(path, sign)));
  if (!isOurs || existsSync(join(path, '.git'))) return;
  // There already, or nothing new can be written here: either way it protects nothing that it did not before.
  await writeFile(join(path, '.gitignore'), '*\n', { flag: 'wx' }).catch(() => undefined);
}
