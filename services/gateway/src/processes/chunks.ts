/** The most bytes of output that one notification carries. */
export const CHUNK_BYTES = 65_536;

/** Splits output into pieces of at most this many bytes, none of which ends inside a character. */
export function chunksOf(data: string, encoding: 'base64' | undefined): string[] {
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (data.length * 3 <= CHUNK_BYTES) return [data];
  const bytes = Buffer.from(data, encoding ?? 'utf8');
  if (bytes.length <= CHUNK_BYTES) return [data];
  const chunks: string[] = [];
  for (let start = 0; start < bytes.length;) {
    let end = Math.min(start + CHUNK_BYTES, bytes.length);
    if (!encoding) while (end < bytes.length && isMiddle(bytes[end])) end--;
    chunks.push(bytes.toString(encoding ?? 'utf8', start, end));
    start = end;
  }
  return chunks;
}

/** A continuation byte of a character. RFC 3629, section 3. */
function isMiddle(byte = 0): boolean {
  return (byte & 0b1100_0000) === 0b1000_0000;
}
