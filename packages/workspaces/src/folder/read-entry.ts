import type { Pace } from '@cc-executor/evidence/walked-names';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { objectHash } from '../objects/loose-objects.ts';
import type { ObjectWriter } from '../objects/object-writer.ts';
import { EXECUTABLE, FILE, LINK } from '../objects/tree.ts';
import { PERMISSIONS, type WorkspaceFolder } from './workspace-folder.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
/** Larger files are read and written piece by piece, in bytes. */
const PIECE = 1024 * 1024;
/** How often a file that is being written is read. */
const TRIES = 3;
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR']);
const piece = Buffer.allocUnsafe(PIECE);

/** Why something is in the workspace and not in its snapshot. */
export type LeftOutReason =
  /** It is larger than a file of a snapshot may be. */
  | 'file_too_large'
  /** The snapshot would be larger than one may be. */
  | 'snapshot_too_large'
  /** A pipe, a socket or a device. */
  | 'special'
  /** It may not be read. */
  | 'unreadable'
  /** It changed while it was read, each time. */
  | 'being_written'
  /** Git's own files of a repository. */
  | 'repository';

/** The entry at a path: a file or a link with the id of its content, no relevant entry, or an entry that was left out. */
export type Found =
  | { is: 'content'; mode: string; id: string; size: number; permissions: number }
  | { is: 'nothing' }
  | { is: 'left_out'; why: LeftOutReason };

/** The handling of content: it is stored, or only its id is computed. `limit`: the bytes that may be read. */
export interface Reading {
  objects: ObjectWriter | null;
  limit: (size: number) => LeftOutReason | null;
  pace: Pace;
}

/** Looks at a path, and reads what is there. No link is followed, no pipe waited for. */
export async function readEntry(folder: WorkspaceFolder, path: string, reading: Reading): Promise<Found> {
  try {
    for (let left = TRIES; left > 0; left -= 1) {
      const at = folder.at(path);
      const stats = lstatSync(at);
      if (stats.isDirectory()) return { is: 'nothing' };
      if (!stats.isFile() && !stats.isSymbolicLink()) return { is: 'left_out', why: 'special' };
      const why = reading.limit(stats.size);
      if (why) return { is: 'left_out', why };
      const found = stats.isFile() ? await readFile(at, reading) : readLink(at, reading);
      if (found) return found;
    }
    return { is: 'left_out', why: 'being_written' };
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (GONE.has(code)) return { is: 'nothing' };
    // Writing to the store fails in other ways, and that is not the file's fault.
    if (code === 'EACCES' || code === 'EPERM' || (code === 'EIO' && syscall === 'read') || code === 'ENXIO')
      return { is: 'left_out', why: 'unreadable' };
    throw error;
  }
}

function readLink(at: Buffer, { objects }: Reading): Found {
  const content = readlinkSync(at, 'buffer');
  return { is: 'content', mode: LINK, id: store(content, objects), size: content.length, permissions: 0o777 };
}

/** Null: it changed while it was read. */
async function readFile(at: Buffer, reading: Reading): Promise<Found | null> {
  const file = openSync(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  try {
    const before = fstatSync(file);
    if (!before.isFile() || reading.limit(before.size) !== null) return null;
    const read = before.size <= PIECE ? readSmall(file, before, reading) : readLarge(file, before, reading);
    const id = read instanceof Promise ? await read : read;
    if (id === null) return null;
    return {
      is: 'content',
      mode: before.mode & 0o100 ? EXECUTABLE : FILE,
      id,
      size: before.size,
      permissions: before.mode & PERMISSIONS,
    };
  } finally {
    closeSync(file);
  }
}

function readSmall(file: number, before: Stats, { objects }: Reading): string | null {
  let size = 0;
  for (;;) {
    const bytes = readSync(file, piece, size, PIECE - size, null);
    size += bytes;
    if (bytes === 0 || size === PIECE) break;
  }
  return size === before.size && isSame(before, file) ? store(piece.subarray(0, size), objects) : null;
}

async function readLarge(file: number, before: Stats, { objects, pace }: Reading): Promise<string | null> {
  const own = Buffer.allocUnsafe(PIECE);
  const hash = objectHash('blob', before.size);
  const blob = objects?.begin(before.size);
  let isKept = false;
  try {
    let size = 0;
    while (size <= before.size) {
      const bytes = readSync(file, own, 0, PIECE, null);
      if (bytes === 0) break;
      size += bytes;
      if (blob) await blob.add(own.subarray(0, bytes));
      else hash.update(own.subarray(0, bytes));
      await pace.next();
    }
    if (size !== before.size || !isSame(before, file)) return null;
    const id = blob ? await blob.end() : hash.digest('hex');
    isKept = true;
    return id;
  } finally {
    if (!isKept) await blob?.drop();
  }
}

function isSame(before: Stats, file: number): boolean {
  const after = fstatSync(file);
  return after.size === before.size && after.mtimeMs === before.mtimeMs && after.ctimeMs === before.ctimeMs;
}

function store(content: Buffer, objects: ObjectWriter | null): string {
  return objects
    ? objects.write('blob', content)
    : objectHash('blob', content.length).update(content).digest('hex');
}
