import { stripVTControlCharacters, styleText } from 'node:util';
import { harmless, harmlessJson, terminal, writeText } from './terminal.ts';

type Style = Parameters<typeof styleText>[0];

/** A line on standard output, for people. It can't control the terminal. */
export function print(line: string): void {
  writeText('stdout', `${line}\n`);
}

/** A line on standard error: for people, beside what a program reads. It can't control the terminal. */
export function note(line: string): void {
  writeText('stderr', `${line}\n`);
}

/** One JSON document as a line on standard output; what could control a terminal is escaped in it. */
export function printJson(value: unknown): void {
  writeText('stdout', `${harmlessJson(JSON.stringify(value))}\n`);
}

/** Text in a colour where standard output shows colours; NO_COLOR is heeded. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: terminal.stream });
}

/** One line that can't move the cursor: what a task has named or printed may hold anything. */
export function oneLine(text: string): string {
  return harmless(stripVTControlCharacters(text).replace(/[\t\r\n]+/g, ' ')).replaceAll('\u001b', ' ');
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
