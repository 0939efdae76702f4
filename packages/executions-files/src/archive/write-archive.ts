import { toLine, type StoredEvent, type StoredExecution } from '@cc-executor/executions';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { toIndex, type Place } from './archive-index.ts';

/** A member has about so much text, in bytes: what has to be unpacked before any event can be read. */
const MEMBER_BYTES = 1024 * 1024;

const packed = promisify(gzip);

/**
 * Returns the bytes of an archive: a gzip member with the line of the record and the state, then members of about 1 MiB
 * of text with a line for each event, then the index of the members.
 */
export async function* archiveBytes(
  execution: StoredExecution,
  pages: AsyncIterable<StoredEvent[]>,
): AsyncGenerator<Buffer> {
  const places: Place[] = [];
  const head = await packed(`${JSON.stringify(execution)}\n`);
  let offset = head.length;
  yield head;
  for await (const { seq, lines } of members(pages)) {
    const member = await packed(lines);
    places.push({ offset, seq });
    offset += member.length;
    yield member;
  }
  yield toIndex(places);
}

/** The lines of a member, and the seq of the first one. */
async function* members(pages: AsyncIterable<StoredEvent[]>): AsyncGenerator<{ seq: number; lines: Buffer }> {
  let lines: Buffer[] = [];
  let bytes = 0;
  let first = 0;
  for await (const page of pages) {
    for (const event of page) {
      if (lines.length === 0) first = event.seq;
      const line = Buffer.from(`${toLine(event)}\n`);
      lines.push(line);
      bytes += line.length;
      if (bytes < MEMBER_BYTES) continue;
      yield { seq: first, lines: Buffer.concat(lines) };
      [lines, bytes] = [[], 0];
    }
  }
  if (lines.length > 0) yield { seq: first, lines: Buffer.concat(lines) };
}
