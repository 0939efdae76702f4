import { readPlainSync } from '@cc-executor/evidence/plain-files';
import { bytesOf } from '@cc-executor/evidence/walked-names';
import { join } from 'node:path';

/** In the folder of a clone's administration: the clone is whole, and this was copied into it. */
export const CLONED = 'cloned';
/** No list is longer, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Returns the paths that were copied into a clone and belong in no commit, snapshot or list of changes, as a walk has them;
 * null: no clone.
 */
export function includedPaths(folder: string): string[] | null {
  const bytes = readPlainSync(join(folder, CLONED), MAX_BYTES);
  return bytes && (JSON.parse(bytes.toString()) as string[]);
}

/**
 * Returns a pattern of .gitignore for one path, for those who walk through a workspace. No pattern can have the end of a line
 * in it, so such a character stands for any other one too.
 */
export function patternFor(path: string): string {
  return `/${path.replaceAll(/[\\*?[\]!# ]/g, String.raw`\$&`).replaceAll(/[\t\n\v\f\r]/g, '?')}`;
}

/** Returns the same as a line for git, as bytes with one character each. */
export function excludeLine(path: string): string {
  const bytes = path.split('/').map((part) => bytesOf(part).toString('latin1'));
  return `${patternFor(bytes.join('/'))}\n`;
}
