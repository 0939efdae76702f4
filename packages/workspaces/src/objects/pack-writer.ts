import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { deflated, writeAll, type ObjectType } from './loose-objects.ts';
import { formatPackIndex, type PackedObject } from './pack-index.ts';

const TYPES: Record<ObjectType, number> = { commit: 1, tree: 2, blob: 3 };
const HEADER_BYTES = 12;
/** The amount that is written, and read for the hash, at a time, in bytes. */
const PIECE = 1024 * 1024;

/** Writes a pack of git: one file for many objects, which are there together or not at all. */
export class PackWriter {
  readonly #folder: string;
  readonly #draft: string;
  readonly #file: number;
  #isOpen = true;
  readonly #objects: PackedObject[] = [];
  #pieces: Buffer[] = [];
  #waiting = 0;
  #position = HEADER_BYTES;

  /** `repository`: the path of a bare repository. */
  constructor(repository: string) {
    this.#folder = join(repository, 'objects', 'pack');
    // git removes what has such a name when it prunes.
    this.#draft = join(this.#folder, `tmp_pack_${randomUUID()}`);
    this.#file = openSync(this.#draft, 'wx+', 0o444);
    // How many objects follow is known at the end.
    writeAll(this.#file, headerOf(0));
  }

  /** Adds an object that is not in the pack yet. */
  add(type: ObjectType, id: string, content: Buffer): void {
    const data = Buffer.concat([sizeOf(TYPES[type], content.length), deflated(content)]);
    this.#objects.push({ id, crc: crc32(data), position: this.#position });
    this.#position += data.length;
    this.#pieces.push(data);
    this.#waiting += data.length;
    if (this.#waiting >= PIECE) this.#flush();
  }

  /** Stores the pack. Nothing of it can be read before. */
  finish(): void {
    this.#flush();
    writeSync(this.#file, headerOf(this.#objects.length), 0, HEADER_BYTES, 0);
    const hash = this.#hash();
    writeSync(this.#file, hash, 0, hash.length, this.#position);
    // A pack that a power failure has cut off would take everything in it along.
    fsyncSync(this.#file);
    this.#close();
    const name = join(this.#folder, `pack-${hash.toString('hex')}`);
    const index = `${this.#draft}.idx`;
    writeFileSync(index, formatPackIndex(this.#objects, hash), { mode: 0o444, flush: true });
    renameSync(this.#draft, `${name}.pack`);
    renameSync(index, `${name}.idx`);
  }

  /** Removes what was written; also after a `finish` that has failed. */
  drop(): void {
    this.#close();
    rmSync(this.#draft, { force: true });
    rmSync(`${this.#draft}.idx`, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }

  #flush(): void {
    writeAll(this.#file, Buffer.concat(this.#pieces));
    this.#pieces = [];
    this.#waiting = 0;
  }

  /** Of the whole file: what its beginning says was not known when it was written. */
  #hash(): Buffer {
    const hash = createHash('sha1');
    const piece = Buffer.allocUnsafe(PIECE);
    for (let at = 0; at < this.#position;) {
      const bytes = readSync(this.#file, piece, 0, PIECE, at);
      hash.update(piece.subarray(0, bytes));
      at += bytes;
    }
    return hash.digest();
  }
}

function headerOf(count: number): Buffer {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  header.writeUInt32BE(count, 8);
  return header;
}

/** The type and the size before each object: four bits of the size, then seven in each further byte. */
function sizeOf(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 0x0f)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push((bytes.pop() ?? 0) | 0x80, rest & 0x7f);
  }
  return Buffer.from(bytes);
}
