import { namesInSync, readPlainSync } from '@cc-executor/evidence/plain-files';
import { join } from 'node:path';
import { createHash } from 'node:crypto';

// Version 2 of git's index of a pack: gitformat-pack(5).
const MAGIC = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]);
const FIRST_BYTES = 256;
const NAMES_AT = MAGIC.length + FIRST_BYTES * 4;
const ID_BYTES = 20;
/** The index of a pack with some 30 million objects, in bytes. */
const MOST_BYTES = 1024 ** 3;
/** Larger positions are in their own table. */
const LARGE = 0x8000_0000;

/** The position of an object in a pack. */
export interface PackedObject {
  /** In hex. */
  id: string;
  /** Of its bytes in the pack. */
  crc: number;
  /** In bytes from the pack's beginning. */
  position: number;
}

/** Returns the index of a pack. `packHash`: the last bytes of the pack. */
export function formatPackIndex(objects: readonly PackedObject[], packHash: Buffer): Buffer {
  const sorted = objects.toSorted(({ id: one }, { id: other }) => (one < other ? -1 : 1));
  const firstBytes = Buffer.alloc(FIRST_BYTES * 4);
  const ids = Buffer.alloc(sorted.length * ID_BYTES);
  const crcs = Buffer.alloc(sorted.length * 4);
  const positions = Buffer.alloc(sorted.length * 4);
  const large: Buffer[] = [];
  let firstByte = 0;
  for (const [index, { id, crc, position }] of sorted.entries()) {
    ids.write(id, index * ID_BYTES, 'hex');
    const own = ids[index * ID_BYTES] ?? 0;
    for (; firstByte < own; firstByte += 1) firstBytes.writeUInt32BE(index, firstByte * 4);
    crcs.writeUInt32BE(crc, index * 4);
    positions.writeUInt32BE(position < LARGE ? position : LARGE + large.length, index * 4);
    if (position < LARGE) continue;
    const eight = Buffer.alloc(8);
    eight.writeBigUInt64BE(BigInt(position));
    large.push(eight);
  }
  for (; firstByte < FIRST_BYTES; firstByte += 1) firstBytes.writeUInt32BE(sorted.length, firstByte * 4);
  const index = Buffer.concat([MAGIC, firstBytes, ids, crcs, positions, ...large, packHash]);
  return Buffer.concat([index, createHash('sha1').update(index).digest()]);
}

/** Which objects the packs of a repository had when this was made. */
export class PackedIds {
  readonly #indexes: Buffer[] = [];

  /** `repository`: the path of a bare repository. */
  constructor(repository: string) {
    const folder = join(repository, 'objects', 'pack');
    for (const name of namesInSync(folder)) {
      if (!name.endsWith('.idx')) continue;
      try {
        const index = readPlainSync(join(folder, name), MOST_BYTES) ?? Buffer.alloc(0);
        if (index.subarray(0, MAGIC.length).equals(MAGIC)) this.#indexes.push(index);
      } catch (error) {
        // Packing has just put it into another one.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  has(id: string): boolean {
    const wanted = Buffer.from(id, 'hex');
    return this.#indexes.some((index) => isIn(index, wanted));
  }
}

function isIn(index: Buffer, wanted: Buffer): boolean {
  const countUpTo = (byte: number) => (byte < 0 ? 0 : index.readUInt32BE(MAGIC.length + byte * 4));
  const [first = 0] = wanted;
  let [low, high] = [countUpTo(first - 1), countUpTo(first)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const at = NAMES_AT + middle * ID_BYTES;
    const order = index.compare(wanted, 0, ID_BYTES, at, at + ID_BYTES);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
