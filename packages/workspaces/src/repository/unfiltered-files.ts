import type { OwnRepository } from './own-repository.ts';
import { usersFilters } from './users-configuration.ts';

/** The answers of git for a path without one. */
const NO_FILTER: ReadonlySet<string> = new Set(['unspecified', 'unset', 'set', '']);
/** A pointer is shorter, in bytes. */
const POINTER_BYTES = 1024;
const POINTER = 'version https://git-lfs.github.com/spec/';
/** The maximum number of changed files that are checked, and of the list of them, in characters. */
const MOST = 10_000;
const LONGEST = 16 * 1024 * 1024;

/** The name of the filter of Git LFS. */
export const LFS = 'lfs';

/**
 * Returns the paths that one tree has as they are, where another has not, though a filter of the user's git would have changed
 * them: none is run here, and who made them had none in the clone. By the name of the filter; Git LFS counts in any case.
 */
export async function unfilteredFiles(
  own: OwnRepository,
  before: string,
  after: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const options = ['-r', '-z', '--no-renames', '--diff-filter=AMT', '--raw', '--no-abbrev'];
  const fields = (await own.ask(['diff-tree', ...options, before, after], { most: LONGEST })).split('\0');
  const blobs = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length && blobs.size < MOST; at += 2) {
    const [, mode = '', , id = ''] = (fields[at] ?? '').split(' ');
    if (mode === '100644' || mode === '100755') blobs.set(fields[at + 1] ?? '', id);
  }
  if (blobs.size === 0) return found;
  const input = [...blobs.keys()].join('\0');
  const asked = await own.ask(['check-attr', '--stdin', '-z', 'filter'], { input, most: LONGEST });
  const answers = asked.split('\0');
  let configured: ReadonlySet<string> | null = null;
  for (let at = 0; at + 2 < answers.length; at += 3) {
    const [path = '', , filter = ''] = answers.slice(at, at + 3);
    const id = blobs.get(path);
    if (id === undefined || NO_FILTER.has(filter)) continue;
    configured ??= await usersFilters(own.places);
    if (filter === LFS ? await isPointer(own, id) : !configured.has(filter)) continue;
    const paths = found.get(filter) ?? [];
    paths.push(path);
    found.set(filter, paths);
  }
  return found;
}

async function isPointer(own: OwnRepository, id: string): Promise<boolean> {
  if (Number(await own.ask(['cat-file', '-s', id])) > POINTER_BYTES) return false;
  return (await own.ask(['cat-file', 'blob', id])).startsWith(POINTER);
}
