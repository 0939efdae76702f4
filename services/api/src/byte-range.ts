import { CcError } from '@cc-executor/contracts';
import parseRange from 'range-parser';
import type { FastifyReply } from 'fastify';

/**
 * Sets status and headers of an answer that has some bytes of `size`, as its request asks. Returns which: the first and the
 * last. Several ranges at once are answered with the whole (RFC 9110, section 14.2). Throws RANGE_NOT_SATISFIABLE.
 */
export function answerRange(
  reply: Pick<FastifyReply, 'header' | 'code'>,
  asked: string | undefined,
  size: number,
): { start: number; end: number } {
  void reply.header('accept-ranges', 'bytes');
  const range = rangeOf(asked, size);
  if (range === 'none') {
    void reply.header('content-range', `bytes */${String(size)}`);
    throw new CcError('RANGE_NOT_SATISFIABLE', `There are ${String(size)} bytes.`);
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  void reply.header('content-length', String(end - start + 1));
  if (range)
    void reply.code(206).header('content-range', `bytes ${String(start)}-${String(end)}/${String(size)}`);
  return { start, end };
}

/** Null: everything. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | 'none' | null {
  if (header === undefined) return null;
  const ranges = parseRange(size, header);
  // The last bytes of less than that are all of them (RFC 9110, section 14.1.2), which the parser refuses.
  if (ranges === -1 && size > 0 && /^bytes=-0*[1-9]\d*$/.test(header)) return { start: 0, end: size - 1 };
  if (ranges === -1) return 'none';
  return ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1 ? null : (ranges[0] ?? null);
}
