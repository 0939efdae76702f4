import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

/** The folders that an agent may change. */
export class Roots {
  readonly #roots: readonly string[];
  readonly #cwd: string;

  /** Resolves with the roots by their real paths. A folder that does not exist is one all the same. */
  static async open(cwd: string, extraDirs: readonly string[]): Promise<Roots> {
    const all = await Promise.all([cwd, ...extraDirs].map(realOf));
    return new Roots(cwd, all);
  }

  private constructor(cwd: string, roots: readonly string[]) {
    this.#cwd = cwd;
    this.#roots = roots;
  }

  /** Resolves with the real path of a file in one of the roots, which may not exist yet; null: it is elsewhere. */
  async within(path: string): Promise<string | null> {
    const real = await realOf(resolve(this.#cwd, path));
    const isInside = this.#roots.some((root) => {
      const way = relative(root, real);
      return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
    });
    return isInside ? real : null;
  }
}

/** Links in the path are followed as far as it exists. */
async function realOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null);
  if (real !== null) return real;
  const folder = dirname(path);
  return folder === path ? path : join(await realOf(folder), basename(path));
}
