import { chmod, copyFile, lstat, mkdir, readlink, rm, rmdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

interface Kept {
  path: Buffer;
  /** Null: there was nothing that can be kept; what is there later is new. */
  was: { link: Buffer } | { copy: string; mode: number } | null;
}

/**
 * Copies of files, from before they are changed: git removes all files that it changes before it writes the first, and a
 * full disk in the middle would cost all of them.
 */
export class KeptFiles {
  readonly #kept: readonly Kept[];
  readonly #newFolders: readonly Buffer[];

  private constructor(kept: readonly Kept[], newFolders: readonly Buffer[]) {
    this.#kept = kept;
    this.#newFolders = newFolders;
  }

  /** Copies these files of a folder, named in latin1, to an own folder. */
  static async take(folder: string, paths: Iterable<string>, to: string): Promise<KeptFiles> {
    await mkdir(to);
    const root = Buffer.from(`${folder}/`);
    const kept: Kept[] = [];
    const newFolders = new Map<string, Buffer>();
    // A file that takes the place of a folder is removed before the files of the folder are put back.
    for (const name of [...paths].toSorted((one, other) => one.length - other.length)) {
      const path = absolute(root, name);
      kept.push({ path, was: await keep(path, join(to, String(kept.length))) });
      for (const { index } of name.matchAll(/\//g)) {
        const above = name.slice(0, index);
        if (!(await isFolder(absolute(root, above)))) newFolders.set(above, absolute(root, above));
      }
    }
    const deepestFirst = [...newFolders.values()].toSorted((one, other) => other.length - one.length);
    return new KeptFiles(kept, deepestFirst);
  }

  /** Makes all of them what they were. Rejects where that fails; the copies stay. */
  async putBack(): Promise<void> {
    for (const { path } of this.#kept) if (!(await isFolder(path))) await rm(path, { force: true });
    for (const path of this.#newFolders) await rmdir(path).catch(() => undefined);
    for (const { path, was } of this.#kept) {
      if (was === null) continue;
      // A file of ours may have become a folder; by now it is empty.
      await rmdir(path).catch(() => undefined);
      await mkdir(path.subarray(0, path.lastIndexOf(0x2f)), { recursive: true });
      if ('link' in was) await symlink(was.link, path);
      else {
        await copyFile(was.copy, path);
        await chmod(path, was.mode);
      }
    }
  }
}

async function keep(path: Buffer, copy: string): Promise<Kept['was']> {
  const stats = await lstat(path).catch(() => null);
  if (stats?.isSymbolicLink()) return { link: await readlink(path, 'buffer') };
  if (!stats?.isFile()) return null;
  await copyFile(path, copy);
  return { copy, mode: stats.mode & 0o7777 };
}

async function isFolder(path: Buffer): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isDirectory() === true;
}

function absolute(root: Buffer, name: string): Buffer {
  return Buffer.concat([root, Buffer.from(name, 'latin1')]);
}
