import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Returns whether it is the absolute path of an executable file. */
export function isProgram(path: string): boolean {
  if (!isAbsolute(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Returns the absolute path of the first of `names` that is found in `searchPath` (a PATH); null if none is. */
export function findProgram(names: readonly string[], searchPath: string | undefined): string | null {
  const folders = (searchPath ?? '').split(delimiter).filter(isAbsolute);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(isProgram) ?? null;
}
