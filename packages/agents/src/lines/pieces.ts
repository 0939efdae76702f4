import { beginningOf } from './foreign.ts';

/** A piece of text in a line, in UTF-16 units. */
const PIECE = 32 * 1024;

/** Returns a text in pieces for lines of the tag "t"; no character is in two of them. */
export function* piecesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const piece = beginningOf(text.slice(from, from + PIECE + 1), PIECE);
    yield piece;
    from += piece.length;
  }
}
