import { inside, isWithin } from '@cc-executor/evidence/plain-files';
import { bytesOf } from '@cc-executor/evidence/walked-names';
import { copyFile, lstat, mkdir } from 'node:fs/promises';
import { constants } from 'node:fs';
import { matchesGlob, posix } from 'node:path';
import type { RepositoryRecord } from '@cc-executor/contracts';
import { pathOfBytes } from '../names.ts';
import { RepositoryError } from '../repository-error.ts';

/** The maximum number of included files. */
const MOST = 1000;
const SLASH = Buffer.from('/');
const LEFT_ALONE: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * Copies the files that a list includes from the user's repository into the clone, and returns their paths, as a walk has
 * them. No link is followed, on either side, and what is there already stays: git carries it. Rejects with a RepositoryError
 * where there are too many.
 */
export async function copyIncluded(
  { path: root, include }: Pick<RepositoryRecord, 'path' | 'include'>,
  clone: string,
): Promise<string[]> {
  if (root === null) return [];
  const found = new Set<string>();
  for (const pattern of include)
    for await (const path of matching(Buffer.from(root), posix.normalize(pattern).replace(/\/$/, ''))) {
      found.add(pathOfBytes(path));
      if (found.size > MOST) throw new RepositoryError('include', `More than ${String(MOST)} files match.`);
    }
  const copied: string[] = [];
  for (const path of [...found].toSorted()) {
    const bytes = bytesOf(path);
    const [from, to] = [below(root, bytes), below(clone, bytes)];
    if (!(await isWithin(clone, bytes)) || (await lstat(to).catch(() => null)) !== null) continue;
    await mkdir(to.subarray(0, to.lastIndexOf(SLASH)), { recursive: true });
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    copied.push(path);
  }
  return copied;
}

/** Returns whether a path may stand for others than itself. */
export function isPattern(path: string): boolean {
  return /[*?[\]{}()!+@\\]/.test(path);
}

/** Yields the paths of the files in a folder that a pattern matches. By bytes: Node's own glob loses names that are not UTF-8. */
async function* matching(root: Buffer, pattern: string): AsyncGenerator<Buffer> {
  const parts = pattern.split('/');
  const plain = parts.slice(0, -1).findIndex(isPattern);
  const begin = parts.slice(0, plain === -1 ? parts.length - 1 : plain);
  if (begin.some((part) => LEFT_ALONE.has(part))) return;
  const from = Buffer.from(begin.join('/'));
  if (!(await isWithin(root.toString(), Buffer.concat([from, SLASH])))) return;
  // Braces may have folders in them.
  const brace = pattern.search(/[{(]/);
  const isDeep = pattern.includes('**') || (brace !== -1 && pattern.includes('/', brace));
  const levels = isDeep ? Infinity : parts.length - begin.length;
  yield* filesIn(root, from, levels, (path) => matchesGlob(path.toString(), pattern));
}

async function* filesIn(
  root: Buffer,
  folder: Buffer,
  levels: number,
  isWanted: (path: Buffer) => boolean,
): AsyncGenerator<Buffer> {
  const at = folder.length === 0 ? root : Buffer.concat([root, SLASH, folder]);
  for await (const { name, isFile, isFolder } of inside(at)) {
    const path = folder.length === 0 ? name : Buffer.concat([folder, SLASH, name]);
    if (isFile && isWanted(path)) yield path;
    if (isFolder && levels > 1 && !LEFT_ALONE.has(name.toString()))
      yield* filesIn(root, path, levels - 1, isWanted);
  }
}

function below(root: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(root), SLASH, path]);
}
