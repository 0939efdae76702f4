import { lastLines, type LineBounds } from '../page/last-lines.ts';

/** Of the answer this much is shown, in bytes. */
const ANSWER_BYTES = 16 * 1024;
/** Of an output its end, in bytes. */
const OUTPUT_BYTES = 4 * 1024;
/** Of a line of an output its beginning. */
export const LINE_CHARACTERS = 400;

/** Returns how many bytes of the end of an attempt's file a report shows. */
export function keptBytes(name: string): number {
  if (name === 'result') return ANSWER_BYTES;
  return name === 'stdout' || name === 'stderr' ? OUTPUT_BYTES : 0;
}

/** Returns the last lines of the end of a file; null: it has none that can be seen. */
export function endOf(end: Buffer | undefined, bytes: number, bounds: LineBounds): string | null {
  if (!end || end.length === 0) return null;
  const text = end.toString();
  // The first line of a part has lost its beginning, and perhaps a part of a character.
  const whole = end.length < bytes && text.includes('\n') ? text.slice(text.indexOf('\n') + 1) : text;
  return seen(whole, bounds);
}

/** Returns the last lines of a text; null: it has none that can be seen. */
export function shownLines(text: string, lines: number): string | null {
  return seen(text, { lines, characters: LINE_CHARACTERS });
}

function seen(text: string, bounds: LineBounds): string | null {
  const last = lastLines(text, bounds);
  return last.some((line) => line !== '') ? last.join('\n') : null;
}
