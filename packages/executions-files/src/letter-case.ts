import { entriesOf } from '@cc-executor/evidence';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Returns whether the file system of a folder ignores case; false if that cannot be determined. */
export async function ignoresCase(folder: string): Promise<boolean> {
  // By an entry in it, or by its own name in its parent folder.
  const inside = await firstWithLetters(folder).catch(() => null);
  return inside === null ? await isSame(dirname(folder), basename(folder)) : await isSame(folder, inside);
}

async function firstWithLetters(folder: string): Promise<string | null> {
  for await (const { name } of entriesOf(folder)) if (swapCase(name) !== name) return name;
  return null;
}

/** Returns the same text for all names that are equal on such a file system. */
export function foldCase(path: string): string {
  return path.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

async function isSame(folder: string, name: string): Promise<boolean> {
  const [one, other] = await Promise.all(
    [name, swapCase(name)].map((path) => stat(join(folder, path)).catch(() => null)),
  );
  return swapCase(name) !== name && !!one && other?.ino === one.ino && other.dev === one.dev;
}

function swapCase(name: string): string {
  return name.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
