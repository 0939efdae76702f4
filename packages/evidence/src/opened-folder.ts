import type { Stats } from 'node:fs';
import { readlink, type FileHandle } from 'node:fs/promises';
import { inside, openFolder, type EntryInside } from './plain-files.ts';

const HAS_DESCRIPTORS = process.platform === 'linux';
const SLASH = Buffer.from('/');
/** How deep folders may be in each other: each one has a descriptor while it is walked. */
const MOST_DEPTH = 256;

/**
 * A folder in which a task may replace anything at any time. What is in it is reached by its descriptor, which no link can
 * lead elsewhere. Outside of Linux it is reached by its path, and only its own name is never followed.
 */
export class OpenedFolder {
  /** Where it is reached while it is open. */
  readonly path: Buffer;
  readonly #handle: FileHandle;
  readonly #depth: number;

  private constructor(handle: FileHandle, path: Buffer, depth: number) {
    this.#handle = handle;
    this.path = HAS_DESCRIPTORS ? Buffer.from(`/proc/self/fd/${String(handle.fd)}`) : path;
    this.#depth = depth;
  }

  /** Rejects for a link and for what is not a folder. Links on the way to it are followed. */
  static async open(path: string | Buffer): Promise<OpenedFolder> {
    return new OpenedFolder(await openFolder(path), Buffer.from(path), 0);
  }

  /** Opens the folder of that name in it. Rejects for a link and for what is not a folder. */
  async enter(name: Buffer): Promise<OpenedFolder> {
    const path = this.at(name);
    if (this.#depth >= MOST_DEPTH)
      throw new Error(
        `More than ${String(MOST_DEPTH)} folders are in each other, down to ${name.toString()}.`,
      );
    return new OpenedFolder(await openFolder(path), path, this.#depth + 1);
  }

  /** Returns where the thing of that name is reached while this folder is open. */
  at(name: Buffer): Buffer {
    return Buffer.concat([this.path, SLASH, name]);
  }

  /** Returns whether it is the folder at a path, and no link leads there. Always true outside of Linux. */
  async isAt(path: string): Promise<boolean> {
    return !HAS_DESCRIPTORS || (await readlink(this.path)) === path;
  }

  entries(): AsyncGenerator<EntryInside> {
    return inside(this.path);
  }

  async stats(): Promise<Stats> {
    return await this.#handle.stat();
  }

  async changeOwner({ uid, gid }: { uid: number; gid: number }): Promise<void> {
    await this.#handle.chown(uid, gid);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/**
 * Opens the folder around a path in a folder, entering one after the other. `path`: by its bytes, with slashes. Rejects where
 * one of them is a link or not a folder.
 */
export async function openAround(folder: string | Buffer, path: Buffer): Promise<OpenedFolder> {
  let here = await OpenedFolder.open(folder);
  let begin = 0;
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', begin)) {
    const outer = here;
    try {
      here = await outer.enter(path.subarray(begin, end));
    } finally {
      await outer.close();
    }
    begin = end + 1;
  }
  return here;
}

/** Returns the path by which an open file is reached, whatever is at its own path by now. */
export function pathOfOpen(file: FileHandle, path: string | Buffer): string | Buffer {
  return HAS_DESCRIPTORS ? `/proc/self/fd/${String(file.fd)}` : path;
}
