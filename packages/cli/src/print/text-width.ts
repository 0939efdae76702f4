import stringWidth from 'string-width';

const SEGMENTER = new Intl.Segmenter();

/** Returns how many columns a text takes on a terminal: wide characters take two, marks and colours none. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Returns the text, or as much of it as fits into so many columns, with an ellipsis at its end. It has no colours. */
export function cut(text: string, columns: number, ellipsis = '…'): string {
  if (text.length <= columns && isPlain(text)) return text;
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of SEGMENTER.segment(text)) {
    width += widthOf(segment);
    if (width > columns - ellipsis.length) break;
    kept += segment;
  }
  return columns < 1 ? '' : kept.trimEnd() + ellipsis;
}

/** Returns the text with blanks after it, so that it takes so many columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** Returns the text as lines of at most so many columns, broken at blanks, and inside of a word that is longer. */
export function fold(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (widthOf(joined) <= columns) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = widthOf(word) <= columns ? [word] : piecesOf(word, columns);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

function piecesOf(word: string, columns: number): string[] {
  const pieces = [''];
  for (const { segment } of SEGMENTER.segment(word)) {
    const last = pieces.at(-1) ?? '';
    if (last !== '' && widthOf(last + segment) > columns) pieces.push(segment);
    else pieces[pieces.length - 1] = last + segment;
  }
  return pieces;
}

/** Printable ASCII: each character is one column. */
function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
