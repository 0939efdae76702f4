import { CcError } from '@cc-executor/contracts';
import type { Workspaces } from '@cc-executor/executions';
import { lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { removeTree } from './remove-tree.ts';

/** Folders below one root; a name leads nowhere else, neither by dots nor by a link. */
export class FileWorkspaces implements Workspaces {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async check(name: string): Promise<void> {
    const path = await this.#resolve(name);
    const there = await stat(path).catch(() => null);
    if (there && !there.isDirectory()) throw invalid(name);
  }

  /** Makes the folder if it is not there, and gives its real path. Throws WORKSPACE_INVALID. */
  async prepare(name: string): Promise<string> {
    const path = await this.#resolve(name);
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory()) return path;
    await mkdir(path, { recursive: true });
    // Looked at again: another task may have put a link there meanwhile.
    return await this.#resolve(name);
  }

  /** Removes the folder and all that is in it. A name that leads elsewhere removes nothing. */
  async remove(name: string): Promise<void> {
    const path = await this.#resolve(name).catch(() => null);
    if (path !== null) await removeTree(path);
  }

  async #resolve(name: string): Promise<string> {
    const path = resolve(this.#root, name);
    if (name.includes('\0') || isAbsolute(name) || !isBelow(this.#root, path)) throw invalid(name);
    const [root, real] = await Promise.all([
      realOfDeepest(this.#root),
      realOfDeepest(path).catch((error: NodeJS.ErrnoException) => {
        throw UNUSABLE.has(error.code ?? '') ? invalid(name) : error;
      }),
    ]);
    if (!isBelow(root, real)) throw invalid(name);
    return real;
  }
}

/** What the name itself is to blame for: a file in the way, links in a circle or to nowhere, too long, not ours. */
const UNUSABLE = new Set(['ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EACCES', 'EEXIST']);

function isBelow(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** The real path of what exists of `path`, and the rest as it is. Throws EEXIST for a link that leads nowhere yet. */
async function realOfDeepest(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path) throw error;
    const there = await lstat(path).catch(() => null);
    if (there?.isSymbolicLink())
      throw Object.assign(new Error(`${path} is a link to nowhere`), { code: 'EEXIST' });
    // Made between the two looks, by a task that has just begun.
    if (there) return await realOfDeepest(path);
    return resolve(await realOfDeepest(parent), path.slice(parent.length).replace(/^[/\\]/, ''));
  }
}

function invalid(name: string): CcError {
  const message = 'must be a folder below the workspaces root';
  return new CcError('WORKSPACE_INVALID', `The workspace "${name}" ${message}.`, {
    errors: [{ path: 'workspace', message }],
  });
}
