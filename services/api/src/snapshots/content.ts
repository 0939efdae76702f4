import { Readable } from 'node:stream';
import { snapshotFailure } from './execution-snapshots.ts';

/**
 * Returns content as a body that has started: a failure before the first bytes is an error answer, not an answer that
 * breaks off. Its source ends with the body.
 */
export async function bodyOf(content: AsyncIterable<Buffer>): Promise<Readable> {
  const pieces = content[Symbol.asyncIterator]();
  const first = await pieces.next().catch((error: unknown) => {
    throw snapshotFailure(error);
  });
  async function* all(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (let next = first; next.done !== true; next = await pieces.next()) yield next.value;
    } finally {
      await pieces.return?.();
    }
  }
  const body = Readable.from(all(), { objectMode: false });
  // A body that is never read also ends its source.
  body.once('close', () => {
    pieces.return?.().catch(() => undefined);
  });
  return body;
}

/** Yields the bytes of a content from `start` to `end`, both included. */
export async function* part(
  content: AsyncIterable<Buffer>,
  { start, end }: { start: number; end: number },
): AsyncGenerator<Buffer, void, undefined> {
  let at = 0;
  for await (const piece of content) {
    const wanted = piece.subarray(Math.max(0, start - at), Math.max(0, end + 1 - at));
    if (wanted.length > 0) yield wanted;
    at += piece.length;
    if (at > end) return;
  }
}
