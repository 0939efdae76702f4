import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** The start of a member of an archive: its offset in bytes, and the seq of its first event. */
export interface Place {
  offset: number;
  seq: number;
}

/** RFC 1952: a gzip member without a name or a time, with an extra field. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255]);
/** The identifier of our subfield in the extra field. */
const SUBFIELD = Buffer.from('CX');
/** An empty deflate stream, the checksum of nothing, and its length. */
const NOTHING = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
/** Two numbers of 48 bits. */
const PLACE_BYTES = 12;
/** The places' checksum and their number. */
const FOOTER_BYTES = 6;
const START_BYTES = HEADER.length + 2 + SUBFIELD.length + 2;
/** An extra field has less than 64 KiB. */
const MAX_PLACES = 4096;

/**
 * Returns an empty gzip member with the places in its extra field. It is the last member of an archive, so
 * any gunzip can read the file. If there are too many places, every second one is dropped until they fit.
 */
export function toIndex(places: readonly Place[]): Buffer {
  let kept = places;
  while (kept.length > MAX_PLACES) kept = kept.filter((_, index) => index % 2 === 0);
  const body = Buffer.alloc(kept.length * PLACE_BYTES);
  kept.forEach(({ offset, seq }, index) => {
    body.writeUIntBE(offset, index * PLACE_BYTES, 6);
    body.writeUIntBE(seq, index * PLACE_BYTES + 6, 6);
  });
  const length = body.length + FOOTER_BYTES;
  const lengths = Buffer.alloc(2);
  lengths.writeUInt16LE(length + 4);
  const own = Buffer.alloc(2);
  own.writeUInt16LE(length);
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.writeUInt32BE(crc32(body));
  footer.writeUInt16BE(kept.length, 4);
  return Buffer.concat([HEADER, lengths, SUBFIELD, own, body, footer, NOTHING]);
}

/**
 * Reads the places from the end of an archive of `size` bytes; none if it has no index or a broken one. They
 * are a hint: a reader has to compare them with the content.
 */
export async function readIndex(file: FileHandle, size: number): Promise<Place[]> {
  const end = await readAt(file, size - NOTHING.length - FOOTER_BYTES, NOTHING.length + FOOTER_BYTES);
  if (!end?.subarray(FOOTER_BYTES).equals(NOTHING)) return [];
  const count = end.readUInt16BE(4);
  const bytes = START_BYTES + count * PLACE_BYTES;
  const start = size - NOTHING.length - FOOTER_BYTES - bytes;
  const member = count <= MAX_PLACES ? await readAt(file, start, bytes) : null;
  if (!member?.subarray(0, HEADER.length).equals(HEADER)) return [];
  const body = member.subarray(START_BYTES);
  if (crc32(body) !== end.readUInt32BE(0)) return [];
  return Array.from({ length: count }, (_, index) => ({
    offset: body.readUIntBE(index * PLACE_BYTES, 6),
    seq: body.readUIntBE(index * PLACE_BYTES + 6, 6),
  })).filter(({ offset }) => offset < start);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer | null> {
  if (position < 0) return null;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return bytesRead === length ? buffer : null;
}
