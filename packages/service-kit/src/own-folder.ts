import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface OwnFolderOptions {
  /** The mode of a created folder. */
  mode?: number;
  /** A file that marks a folder as created by an earlier run. */
  sign?: string;
}

/**
 * Creates a folder if it is missing. A created one gets a `.gitignore` for its whole content, so that no
 * repository around it adds keys, conversations or outputs; an existing folder stays as it is. The
 * `.gitignore` of a folder does not count for repositories below it.
 */
export async function makeOwnFolder(path: string, { mode, sign }: OwnFolderOptions = {}): Promise<void> {
  const made = await mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
  const isOurs = made !== undefined || (sign !== undefined && existsSync(join(path, sign)));
  if (!isOurs || existsSync(join(path, '.git'))) return;
  // It exists already, or nothing can be written here: either way nothing changes.
  await writeFile(join(path, '.gitignore'), '*\n', { flag: 'wx' }).catch(() => undefined);
}
