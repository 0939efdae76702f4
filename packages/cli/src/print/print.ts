import { stripVTControlCharacters, styleText } from 'node:util';
import { harmless, harmlessJson, terminal, writeText } from './terminal.ts';

type Style = Parameters<typeof styleText>[0];

/** Prints a line on standard output for people. It cannot control the terminal. */
export function print(line: string): void {
  writeText('stdout', `${line}\n`);
}

/** Prints a line on standard error for people, beside what a program reads. It cannot control the terminal. */
export function note(line: string): void {
  writeText('stderr', `${line}\n`);
}

/** Prints one JSON document as a line on standard output, with everything escaped that could control a terminal. */
export function printJson(value: unknown): void {
  writeText('stdout', `${harmlessJson(JSON.stringify(value))}\n`);
}

/** Returns text in a colour if standard output shows colours; respects NO_COLOR. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: terminal.stream });
}

/** Returns one line that cannot move the cursor: names and output of tasks are untrusted. */
export function oneLine(text: string): string {
  return harmless(stripVTControlCharacters(text).replace(/[\t\r\n]+/g, ' ')).replaceAll('\u001b', ' ');
}

/** The lines of a text, which can't move the cursor either; their tabs stay. */
export function linesOf(text: string): string[] {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return lines.map((line) => line.split('\t').map(oneLine).join('\t'));
}

/** Returns rows as aligned columns, two spaces apart. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) =>
    rows.reduce((most, row) => Math.max(most, (row[index] ?? '').length), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
