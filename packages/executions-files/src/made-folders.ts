import { readPlain } from '@cc-executor/evidence';
import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Larger than any mark; in bytes. */
const MARK_BYTES = 16 * 1024;

/** Identifies a folder, also if another one replaces it with a reused inode. */
export interface FolderIdentity {
  inode: string;
  /** When it was created, in ns since 1970. */
  born: string;
}

/** A folder that an execution created for itself. */
export interface MadeFolder extends FolderIdentity {
  execution_id: string;
  /** The execution's UUID; its id may be reused. */
  uuid: string;
  /** The path below the workspaces root. */
  path: string;
  /** True if another execution has named it: then it belongs to none of them. */
  shared: boolean;
}

/** The marks of folders that executions created, one file each in the data directory, outside the folders themselves. */
export class MadeFolders {
  readonly #directory: string;

  constructor(dataDirectory: string) {
    this.#directory = join(dataDirectory, 'made-workspaces');
  }

  /** Returns the mark of the folder at this path below the root; null: no execution created it. */
  async read(path: string): Promise<MadeFolder | null> {
    const bytes = await readPlain(this.#file(path), MARK_BYTES).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== undefined) throw error;
      return null;
    });
    try {
      const mark = bytes && (JSON.parse(bytes.toString()) as Partial<MadeFolder> | null);
      return mark?.path === path && typeof mark.uuid === 'string' ? (mark as MadeFolder) : null;
    } catch {
      return null;
    }
  }

  /** Writes a mark, completely or not at all. */
  async write(mark: MadeFolder): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const file = this.#file(mark.path);
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, JSON.stringify(mark), { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  }

  async forget(path: string): Promise<void> {
    await rm(this.#file(path), { force: true });
  }

  /** Hashed, so that any name has a file, and names that differ only in case have two. */
  #file(path: string): string {
    return join(this.#directory, `${createHash('sha256').update(path).digest('hex')}.json`);
  }
}

/** Returns the identity of the folder at a path, and its device; null if there is none. Links are not followed. */
export async function folderAt(path: string): Promise<(FolderIdentity & { device: bigint }) | null> {
  const there = await lstat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (there?.isDirectory() !== true) return null;
  return { inode: String(there.ino), born: String(there.birthtimeNs), device: there.dev };
}

export function isSameFolder(one: FolderIdentity, other: FolderIdentity): boolean {
  return one.inode === other.inode && one.born === other.born;
}
