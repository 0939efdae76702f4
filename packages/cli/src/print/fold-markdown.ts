import { fold } from './text-width.ts';

/** Narrower terminals break lines by themselves. */
const LEAST_COLUMNS = 20;

/**
 * Returns Markdown for a terminal of so many columns: its paragraphs, headings and lists are broken at blanks, and the rest
 * of an item stands below its beginning. Code and tables stay as they are.
 */
export function foldMarkdown(text: string, columns: number): string {
  if (columns < LEAST_COLUMNS) return text;
  let fence: string | null = null;
  const lines = text.split('\n').flatMap((line) => {
    const mark = /^`{3,}/.exec(line)?.[0] ?? null;
    if (fence !== null) {
      if (mark === fence && line === mark) fence = null;
      return [line];
    }
    if (mark !== null) {
      fence = mark;
      return [line];
    }
    if (line.startsWith('|')) return [line];
    const [start = ''] = /^(?:#+|-|\d+\.) /.exec(line) ?? [];
    const hang = ' '.repeat(start.length);
    const [first = '', ...rest] = fold(line.slice(start.length), columns - start.length);
    return [start + first, ...rest.map((each) => hang + each)];
  });
  return lines.join('\n');
}
