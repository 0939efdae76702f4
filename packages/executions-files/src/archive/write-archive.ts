import type { ArchiveDigest, StoredEvent, StoredExecution } from '@cc-executor/executions';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { toIndex, type Place } from './archive-index.ts';
import { headLine, TextDigest } from './text-digest.ts';

/** The approximate text of a member, in bytes: what has to be decompressed before an event can be read. */
const MEMBER_BYTES = 1024 * 1024;

const packed = promisify(gzip);

/**
 * Yields the bytes of an archive: a gzip member with the line of record and state, then members of about 1 MiB
 * of text with a line for each event, then the index of the members. Returns their length and hash.
 */
export async function* archiveBytes(
  execution: StoredExecution,
  pages: AsyncIterable<StoredEvent[]>,
): AsyncGenerator<Buffer, ArchiveDigest> {
  const places: Place[] = [];
  const hash = createHash('sha256');
  const text = new TextDigest(execution);
  let bytes = 0;
  const counted = (part: Buffer) => {
    hash.update(part);
    bytes += part.length;
    return part;
  };
  yield counted(await packed(headLine(execution)));
  for await (const { seq, lines } of members(pages, text)) {
    places.push({ offset: bytes, seq });
    yield counted(await packed(lines));
  }
  yield counted(toIndex(places));
  const { bytes: text_bytes, sha256: text_sha256 } = text.result();
  return { bytes, sha256: hash.digest('hex'), text_bytes, text_sha256 };
}

/** The lines of a member, and the seq of the first one. */
async function* members(
  pages: AsyncIterable<StoredEvent[]>,
  text: TextDigest,
): AsyncGenerator<{ seq: number; lines: Buffer }> {
  let lines: Buffer[] = [];
  let bytes = 0;
  let first = 0;
  for await (const page of pages) {
    for (const event of page) {
      if (lines.length === 0) first = event.seq;
      const line = text.add(event);
      lines.push(line);
      bytes += line.length;
      if (bytes < MEMBER_BYTES) continue;
      yield { seq: first, lines: Buffer.concat(lines) };
      [lines, bytes] = [[], 0];
    }
  }
  if (lines.length > 0) yield { seq: first, lines: Buffer.concat(lines) };
}
