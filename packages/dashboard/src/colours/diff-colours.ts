import type { DiffLine } from '../parts/diff-model.ts';
import type { Piece } from './pieces.ts';

/** More than this is shown without colours, in characters: of a diff, and of one of its lines. */
const MOST = 512 * 1024;
const LONGEST = 2000;

/** Which line of a diff each line of a text is. */
interface Side {
  text: string;
  lines: DiffLine[];
}

/** Returns each side of each hunk as its own text; none for a diff that is too large. */
export function sidesOf(lines: readonly DiffLine[]): Side[] {
  if (lines.some(({ text }) => text.length > LONGEST)) return [];
  if (lines.reduce((sum, { text }) => sum + text.length + 1, 0) > MOST) return [];
  const sides: Side[] = [];
  let hunk: DiffLine[] = [];
  const close = () => {
    for (const gone of ['minus', 'plus'] as const) {
      const own = hunk.filter(({ kind }) => kind === 'minus' || kind === 'plus' || kind === 'both');
      const side = own.filter(({ kind }) => kind !== gone);
      if (side.length > 0) sides.push({ text: side.map(({ text }) => bare(text)).join('\n'), lines: side });
    }
    hunk = [];
  };
  for (const line of lines) {
    if (line.kind === 'hunk') close();
    hunk.push(line);
  }
  close();
  return sides;
}

/** Returns the pieces of each line, by what was found for its sides; a line with other text than its pieces has none. */
export function piecesByLine(
  sides: readonly Side[],
  found: readonly (readonly Piece[][])[],
): Map<DiffLine, Piece[]> {
  const pieces = new Map<DiffLine, Piece[]>();
  for (const [index, { lines }] of sides.entries())
    for (const [at, line] of lines.entries()) {
      const own = found[index]?.[at] ?? [];
      const text = bare(line.text);
      if (own.map((piece) => piece.text).join('') !== text) continue;
      const end = line.text.slice(text.length);
      pieces.set(line, end === '' ? own : [...own, { text: end, tone: '' }]);
    }
  return pieces;
}

/** A line without the first half of its end, for which grammars have no rule. */
function bare(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
