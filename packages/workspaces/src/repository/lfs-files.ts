import type { OwnRepository } from './own-repository.ts';

/** A pointer is shorter, in bytes. */
const POINTER_BYTES = 1024;
const POINTER = 'version https://git-lfs.github.com/spec/';
/** The maximum number of changed files that are checked, and of the list of them, in characters. */
const MOST = 10_000;
const LONGEST = 16 * 1024 * 1024;

/**
 * Returns the paths that belong in Git LFS and that one tree has as they are, where another has not: who made them had no
 * LFS in the clone, and no filter of it is run.
 */
export async function filesOutsideLfs(own: OwnRepository, before: string, after: string): Promise<string[]> {
  const options = ['-r', '-z', '--no-renames', '--diff-filter=AMT', '--raw', '--no-abbrev'];
  const fields = (await own.ask(['diff-tree', ...options, before, after], { most: LONGEST })).split('\0');
  const blobs = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length && blobs.size < MOST; at += 2) {
    const [, mode = '', , id = ''] = (fields[at] ?? '').split(' ');
    if (mode === '100644' || mode === '100755') blobs.set(fields[at + 1] ?? '', id);
  }
  if (blobs.size === 0) return [];
  const input = [...blobs.keys()].join('\0');
  const asked = await own.ask(['check-attr', '--stdin', '-z', 'filter'], { input, most: LONGEST });
  const found: string[] = [];
  const answers = asked.split('\0');
  for (let at = 0; at + 2 < answers.length; at += 3) {
    const [path = '', , filter] = answers.slice(at, at + 3);
    const id = blobs.get(path);
    if (filter === 'lfs' && id !== undefined && !(await isPointer(own, id))) found.push(path);
  }
  return found;
}

async function isPointer(own: OwnRepository, id: string): Promise<boolean> {
  if (Number(await own.ask(['cat-file', '-s', id])) > POINTER_BYTES) return false;
  return (await own.ask(['cat-file', 'blob', id])).startsWith(POINTER);
}
