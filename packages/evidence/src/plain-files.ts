import {
  closeSync,
  constants,
  fstatSync,
  opendirSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  type Dir,
  type Dirent,
} from 'node:fs';
import { lstat, open, opendir, type FileHandle } from 'node:fs/promises';

const { O_RDONLY, O_WRONLY, O_APPEND, O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
const TO_APPEND = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
const FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
/** Error codes without a file: nothing, a link, a socket, or a path through something that is not a folder. */
const NONE: ReadonlySet<string> = new Set(['ENOENT', 'ELOOP', 'ENXIO', 'ENOTDIR']);
const SLASH = Buffer.from('/');
/** Node has this encoding, and its types do not. */
const RAW = { encoding: 'buffer' as BufferEncoding };
/** The largest part of a file that is read at once, in bytes. */
const CHUNK_BYTES = 64 * 1024;
/** More entries than any folder of the services has. */
const MAX_NAMES = 200_000;

/**
 * Opens an untrusted file for reading; null: there is none. A link is not followed: it could lead
 * to what only the reader may see. A pipe would block, and a device has no end. Rejects if reading is not permitted.
 */
export async function openPlain(path: string | Buffer): Promise<FileHandle | null> {
  return (await openSized(path))?.file ?? null;
}

/** Opens a file as `openPlain` does; `size`: its size now, in bytes. */
async function openSized(path: string | Buffer): Promise<{ file: FileHandle; size: number } | null> {
  const file = await open(path, FLAGS).catch(nullWhereNone);
  if (!file) return null;
  const stats = await file.stat().catch(() => null);
  if (stats?.isFile() === true) return { file, size: stats.size };
  await file.close();
  return null;
}

/**
 * Returns the bytes of a file that `openPlain` opens; null: there is none. Rejects for one of more than `most` bytes,
 * also if it grows while it is read.
 */
export async function readPlain(path: string, most: number): Promise<Buffer | null> {
  const opened = await openSized(path);
  if (!opened) return null;
  const { file, size } = opened;
  try {
    const parts: Buffer[] = [];
    for (let bytes = 0; ;) {
      // With room for one byte more, a small file and its end take one read.
      const left = size - bytes + 1;
      const room = left > 0 ? Math.min(left, CHUNK_BYTES) : CHUNK_BYTES;
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(room), 0, room, bytes);
      bytes += bytesRead;
      if (bytes > most) throw tooLong(path, most);
      parts.push(buffer.subarray(0, bytesRead));
      if (bytesRead === 0 || (bytesRead < room && bytes === size)) return Buffer.concat(parts);
    }
  } finally {
    await file.close();
  }
}

/** The synchronous form of `readPlain`. Throws where that rejects. */
export function readPlainSync(path: string | Buffer, most: number): Buffer | null {
  const file = openSyncOrNone(path);
  if (file === null) return null;
  try {
    if (!fstatSync(file).isFile()) return null;
    const parts: Buffer[] = [];
    for (let bytes = 0; ;) {
      const part = Buffer.allocUnsafe(CHUNK_BYTES);
      const read = readSync(file, part, 0, CHUNK_BYTES, bytes);
      if (read === 0) return Buffer.concat(parts);
      bytes += read;
      if (bytes > most) throw tooLong(path, most);
      parts.push(part.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}

/**
 * Returns at most `most` bytes of a file as `openPlain` opens it, from the byte `begin` on; a negative one counts from its
 * end. Null: there is none.
 */
export async function readPlainPart(path: string, begin: number, most: number): Promise<Buffer | null> {
  const file = await openPlain(path);
  if (!file) return null;
  try {
    const from = begin < 0 ? Math.max(0, (await file.stat()).size + begin) : begin;
    const part = Buffer.alloc(most);
    let bytes = 0;
    for (let read = -1; read !== 0 && bytes < most; bytes += read)
      read = (await file.read(part, bytes, most - bytes, from + bytes)).bytesRead;
    return part.subarray(0, bytes);
  } finally {
    await file.close();
  }
}

/** Opens a folder itself, for what needs a descriptor of it. Rejects for a link and for what is not a folder. */
export async function openFolder(path: string | Buffer): Promise<FileHandle> {
  return await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

/**
 * Yields the entries of a folder one after the other, so that memory does not grow with its size; none where there is
 * none. Rejects when it may not be read.
 */
export async function* entriesOf(path: string): AsyncGenerator<Dirent> {
  const folder = await opendir(path).catch(nullWhereNone);
  // Closes the folder, also when the caller leaves the loop.
  if (folder) yield* folder;
}

/** Something in a folder. */
export interface EntryInside {
  /** Its path. */
  at: Buffer;
  name: Buffer;
  isFolder: boolean;
  isFile: boolean;
  isPipe: boolean;
}

/** Like `entriesOf`, by bytes: what a task has named need not be UTF-8. */
export async function* inside(path: string | Buffer): AsyncGenerator<EntryInside> {
  const bytes = Buffer.from(path);
  const folder = await opendir(bytes, RAW).catch(nullWhereNone);
  if (!folder) return;
  for await (const entry of folder as AsyncIterable<unknown> as AsyncIterable<Dirent<Buffer>>) {
    const { name } = entry;
    const at = Buffer.concat([bytes, SLASH, name]);
    const is = { isFolder: entry.isDirectory(), isFile: entry.isFile(), isPipe: entry.isFIFO() };
    yield { at, name, ...is };
  }
}

/**
 * Returns whether every folder on the way from a folder to a path in it is one, and no link: what is written there is
 * written in that folder. What is not there counts as a folder.
 */
export async function isWithin(folder: string, path: Buffer): Promise<boolean> {
  const root = Buffer.from(`${folder}/`);
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    const stats = await lstat(Buffer.concat([root, path.subarray(0, end)])).catch(nullWhereNone);
    if (stats?.isDirectory() === false) return false;
  }
  return true;
}

/** Like `entriesOf`, for callers that cannot wait. */
export function* entriesOfSync(path: string): Generator<Dirent> {
  const folder = openFolderOrNone(path);
  if (folder === null) return;
  try {
    for (let entry = folder.readSync(); entry; entry = folder.readSync()) yield entry;
  } finally {
    folder.closeSync();
  }
}

/**
 * Returns the names in a folder; null: there is none, or something else is in its place. Rejects for one of more than
 * `most` names.
 */
export async function namesIn(path: string, most = MAX_NAMES): Promise<string[] | null> {
  const folder = await opendir(path).catch(nullWhereNone);
  if (!folder) return null;
  const names: string[] = [];
  // Closes the folder, also if it throws.
  for await (const { name } of folder) {
    if (names.length >= most) throw new Error(`${path} has more than ${String(most)} entries`);
    names.push(name);
  }
  return names;
}

/** Like `namesIn`, for callers that cannot wait; none where there is no folder. */
export function namesInSync(path: string, most = MAX_NAMES): string[] {
  const names: string[] = [];
  for (const { name } of entriesOfSync(path)) {
    if (names.length >= most) throw new Error(`${path} has more than ${String(most)} entries`);
    names.push(name);
  }
  return names;
}

/**
 * Writes a new file, completely or not at all. What is in its place is removed: a link would lead elsewhere, and a
 * pipe would block. Throws for a folder.
 */
export function replacePlain(path: string, text: string, mode = 0o666): void {
  rmSync(path, { force: true });
  try {
    writeFileSync(path, text, { flag: 'wx', mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(path, { force: true });
    throw error;
  }
}

/**
 * Opens a file for appending, and creates it if it is missing. Rejects for a link and for what is not a file. A pipe does
 * not block.
 */
export async function appendPlain(path: string, mode = 0o666): Promise<FileHandle> {
  const file = await open(path, TO_APPEND, mode);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error(`${path} is not a file`);
}

/** Like `appendPlain`, for callers that cannot wait; it takes devices too, which no task can make. Returns the descriptor. */
export function appendPlainSync(path: string, mode = 0o666): number {
  const file = openSync(path, TO_APPEND, mode);
  const stats = fstatSync(file);
  if (stats.isFile() || stats.isCharacterDevice()) return file;
  closeSync(file);
  throw new Error(`${path} is not a file`);
}

function openFolderOrNone(path: string): Dir | null {
  try {
    return opendirSync(path);
  } catch (error) {
    return nullWhereNone(error as NodeJS.ErrnoException);
  }
}

function openSyncOrNone(path: string | Buffer): number | null {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    return nullWhereNone(error as NodeJS.ErrnoException);
  }
}

function nullWhereNone(error: NodeJS.ErrnoException): null {
  if (NONE.has(error.code ?? '')) return null;
  throw error;
}

function tooLong(path: string | Buffer, most: number): Error {
  return new Error(`${path.toString()} has more than ${String(most)} bytes`);
}
