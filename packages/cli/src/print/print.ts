import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** A line on standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line on standard error: for people, beside what a program reads. It can't control the terminal. */
export function note(line: string): void {
  process.stderr.write(`${harmless(line)}\n`);
}

/** Text without anything that controls a terminal, but for colours, tabs and ends of lines. */
export function harmless(text: string): string {
  // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
  return text.replace(/\u001b\[[0-9;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (found) =>
    found.length > 1 ? found : ' ',
  );
}

/** One JSON document as a line on standard output. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Text in a colour where standard output shows colours; NO_COLOR is heeded. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** One line that can't move the cursor: what a task has named or printed may hold anything. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** The lines of a text, which can't move the cursor either; their tabs stay. */
export function linesOf(text: string): string[] {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return lines.map((line) => line.split('\t').map(oneLine).join('\t'));
}

/** Rows as columns that begin below each other, two spaces apart. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
