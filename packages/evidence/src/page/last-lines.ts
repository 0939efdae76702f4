import { stripVTControlCharacters } from 'node:util';

export interface LineBounds {
  /** The largest number of lines. */
  lines: number;
  /** The largest length of a line, in characters; a longer one is cut. */
  characters: number;
}

/** Returns the last lines of a text, without what moves a terminal's cursor or colours it. */
export function lastLines(text: string, { lines: most, characters }: LineBounds): string[] {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    // Of a line that was written over again and again, such as a progress bar, the last state counts.
    .map(
      (line) =>
        line
          .split('\r')
          .findLast((part) => part !== '')
          ?.trimEnd() ?? '',
    );
  while (lines.at(-1) === '') lines.pop();
  return lines.slice(-most).map((line) => cutLine(line, characters));
}

/** Returns a line, or its beginning with an ellipsis. */
export function cutLine(line: string, characters: number): string {
  return line.length > characters ? `${line.slice(0, characters - 1).toWellFormed()}…` : line;
}
