import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync } from 'node:fs';
import { namesOf } from '../names.ts';
import { SnapshotError } from '../snapshot-error.ts';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
const HAS_DESCRIPTORS = process.platform === 'linux';

/** The permissions in a mode. */
export const PERMISSIONS = 0o7777;

interface Opened {
  name: string;
  descriptor: number;
  path: Buffer;
}

/**
 * A workspace whose folders are entered one by one, never through a link. A task can put a link in the place of any folder
 * at any time. On Linux each folder is opened in the descriptor of the one around it, which nobody can lead elsewhere;
 * elsewhere each is opened by its path without following its own name, right before it is used.
 */
export class WorkspaceFolder {
  readonly #path: Buffer;
  /** From the workspace to the folder that was entered last. */
  readonly #opened: Opened[] = [];

  /** Throws a SnapshotError when there is no folder at the path, or a link. */
  constructor(path: string) {
    this.#path = Buffer.from(path);
    try {
      this.#open('', this.#path);
    } catch (error) {
      throw new SnapshotError('not_a_folder', `There is no workspace at ${path}.`, { cause: error });
    }
  }

  /** Distinguishes this folder from another one that replaces it. A device has another number after a restart. */
  get identity(): string {
    const { ino, birthtimeNs } = fstatSync(this.#opened[0]?.descriptor ?? -1, { bigint: true });
    return [ino, birthtimeNs].join('-');
  }

  /**
   * Returns where the thing at a path is reached, with its folder held open until another one is entered. Throws ENOENT,
   * ENOTDIR or ELOOP where its folder is not there, or is not a folder.
   */
  at(path: string): Buffer {
    const names = namesOf(path);
    const last = names.pop() ?? '.';
    return below(this.#enter(names), last);
  }

  /** Sets the permissions of a folder, given as such or made of those that it has. */
  setPermissions(path: string, permissions: number | ((was: number) => number)): void {
    this.#enter(namesOf(path));
    const descriptor = this.#opened.at(-1)?.descriptor ?? -1;
    const was = fstatSync(descriptor).mode & PERMISSIONS;
    const wanted = typeof permissions === 'number' ? permissions : permissions(was);
    if (wanted !== was) fchmodSync(descriptor, wanted);
  }

  /** Closes the folders that were entered: after some of them may have been removed or made. */
  leave(): void {
    while (this.#opened.length > 1) closeSync(this.#opened.pop()?.descriptor ?? -1);
  }

  close(): void {
    for (const { descriptor } of this.#opened.splice(0)) closeSync(descriptor);
  }

  #enter(names: readonly string[]): Buffer {
    let depth = 0;
    while (depth < names.length && this.#opened[depth + 1]?.name === names[depth]) depth += 1;
    while (this.#opened.length > depth + 1) closeSync(this.#opened.pop()?.descriptor ?? -1);
    for (const name of names.slice(depth)) this.#open(name, below(this.#top, name));
    if (!HAS_DESCRIPTORS) this.#checkPaths();
    return this.#top;
  }

  get #top(): Buffer {
    return this.#opened.at(-1)?.path ?? this.#path;
  }

  #open(name: string, path: Buffer): void {
    const descriptor = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const entered = HAS_DESCRIPTORS ? Buffer.from(`/proc/self/fd/${String(descriptor)}`) : path;
    this.#opened.push({ name, descriptor, path: entered });
  }

  /** The opened entry must still be the one under its name. */
  #checkPaths(): void {
    for (const { descriptor, path } of this.#opened) {
      const [held, there] = [fstatSync(descriptor), lstatSync(path)];
      if (held.ino !== there.ino || held.dev !== there.dev)
        throw Object.assign(new Error('a folder was replaced'), { code: 'ELOOP' });
    }
  }
}

function below(folder: Buffer, name: string): Buffer {
  return Buffer.concat([folder, Buffer.from(`/${name}`, 'latin1')]);
}
