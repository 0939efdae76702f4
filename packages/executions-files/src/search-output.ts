import type { FoundText, TextSearch } from '@cc-executor/executions';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** Bytes that are read at a time. */
const CHUNK = 1024 * 1024;
/** Bytes of a line that are shown before and after what was found. */
const BEFORE = 120;
const AFTER = 280;
const NEWLINE = 10;
/** The number of hits that are counted without a turn for others: some milliseconds. */
const HITS_A_TURN = 100_000;

/** Locates the lines of a text up to a byte. */
interface Lines {
  line: number;
  line_at: number;
}

/**
 * Searches a file for a text, in linear time and flat memory: hits do not overlap, and all are counted. Letters of ASCII
 * are equal in any case unless `matchCase`. Stops when the signal aborts, or after `most` bytes. Others have their turn
 * meanwhile, however many hits there are.
 */
export async function searchFile(
  file: FileHandle,
  { text, matchCase, from, skip, limit, most, signal }: TextSearch,
): Promise<FoundText> {
  const needle = Buffer.from(text);
  if (!matchCase) foldAscii(needle);
  const found: FoundText = { count: 0, bytes: 0, hits: [] };
  // Numbers of lines are known only from the beginning on.
  const isCounted = from === 0;
  const lines: Lines = { line: 1, line_at: from };
  const places: { at: number; line: number | null; line_at: number }[] = [];
  let carried = Buffer.alloc(0);
  let next = from;
  while (found.bytes < most) {
    if (signal?.aborted === true) break;
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, next);
    if (bytesRead === 0) break;
    const start = next - carried.length;
    next += bytesRead;
    found.bytes += bytesRead;
    const original = Buffer.concat([carried, buffer.subarray(0, bytesRead)]);
    const folded = matchCase ? original : foldAscii(Buffer.from(original));
    let at = 0;
    let counted = 0;
    for (;;) {
      const hit = folded.indexOf(needle, at);
      if (hit === -1) break;
      found.count += 1;
      if (found.count % HITS_A_TURN === 0) await setImmediate();
      at = hit + needle.length;
      if (found.count <= skip || places.length >= limit) continue;
      countLines(original, counted, hit, start, lines);
      counted = hit;
      places.push({ at: start + hit, line: isCounted ? lines.line : null, line_at: lines.line_at });
    }
    // A hit may begin in this part and end in the next one.
    const keep = Math.max(at, original.length - needle.length + 1, 0);
    if (places.length < limit) countLines(original, counted, keep, start, lines);
    carried = original.subarray(keep);
  }
  for (const place of places) found.hits.push({ ...place, ...(await excerpt(file, place, needle.length)) });
  return found;
}

/** Counts the lines of `bytes` between two places; `start` is where `bytes` begins in the file. */
function countLines(bytes: Buffer, from: number, to: number, start: number, lines: Lines): void {
  for (let at = bytes.indexOf(NEWLINE, from); at !== -1 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) {
    lines.line += 1;
    lines.line_at = start + at + 1;
  }
}

async function excerpt(
  file: FileHandle,
  { at, line_at }: { at: number; line_at: number },
  length: number,
): Promise<{ before: string; match: string; after: string }> {
  const from = Math.max(line_at, at - BEFORE);
  const size = at - from + length + AFTER;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, from);
  const bytes = buffer.subarray(0, bytesRead);
  const rest = bytes.subarray(at - from + length);
  const end = rest.indexOf(NEWLINE);
  return {
    before: textOf(bytes.subarray(0, at - from)),
    match: textOf(bytes.subarray(at - from, at - from + length)),
    after: textOf(end === -1 ? rest : rest.subarray(0, end)).replace(/\r$/, ''),
  };
}

/** Decodes bytes whose first and last character may be cut. */
function textOf(bytes: Buffer): string {
  const isRest = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;
  let start = 0;
  while (start < 4 && isRest(bytes[start])) start += 1;
  return new TextDecoder().decode(bytes.subarray(start), { stream: true });
}

/** Makes the capital letters of ASCII small, in place. */
export function foldAscii(bytes: Buffer): Buffer {
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x41 && byte <= 0x5a) bytes[i] = byte | 0x20;
  }
  return bytes;
}
