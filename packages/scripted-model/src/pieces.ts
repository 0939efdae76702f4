/** Splits a text into pieces of at most `size` characters; a surrogate pair stays whole. */
export function* piecesOf(text: string, size: number): Generator<string> {
  let piece = '';
  let length = 0;
  for (const character of text) {
    piece += character;
    if (++length < size) continue;
    yield piece;
    piece = '';
    length = 0;
  }
  if (piece !== '') yield piece;
}
