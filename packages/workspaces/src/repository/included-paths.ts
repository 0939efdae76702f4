import { readPlainSync } from '@cc-executor/evidence/plain-files';
import { join } from 'node:path';

/** In the folder of a clone's administration: the clone is whole, and this was copied into it. */
export const CLONED = 'cloned';
/** No list is longer, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Returns the paths that were copied into a clone and belong in no commit, snapshot or list of changes; null: no clone. */
export function includedPaths(folder: string): string[] | null {
  const bytes = readPlainSync(join(folder, CLONED), MAX_BYTES);
  return bytes && (JSON.parse(bytes.toString()) as string[]);
}

/** Returns a pattern of .gitignore for one path. */
export function patternFor(path: string): string {
  return `/${path.replaceAll(/[\\*?[\]!# ]/g, String.raw`\$&`)}`;
}
