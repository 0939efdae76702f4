import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';

type Stream = 'stdout' | 'stderr';

/** The streams for all output of the command; no other part writes to them. */
export const outputs = [process.stdout, process.stderr] as const;

/** The kind of standard output. */
export const terminal = {
  stream: process.stdout,
  get isTerminal() {
    return process.stdout.isTTY;
  },
  get width() {
    return process.stdout.columns;
  },
  get height() {
    return process.stdout.rows;
  },
};

/** Returns whether a person may read what this process writes or type what it reads. */
export function isAttended(): boolean {
  return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
}

/**
 * Characters that a terminal interprets or reorders: control characters of both sets, separators of
 * lines and paragraphs, and marks of direction. Colours, which are matched first, tabs and ends of lines stay.
 */
const HARMFUL =
  // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
  /\u001b\[(?:[0-47]|2[1-479]|3[0-79]|4[0-79]|9[0-7]|10[0-7])?m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]/g;

/** The same, with the beginnings of colours. */
const ALL_HARMFUL =
  // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]/g;

/** Text without anything that controls a terminal, but for colours, tabs and ends of lines. */
export function harmless(text: string): string {
  return text.replace(HARMFUL, (found) => (found.length > 1 ? found : ' '));
}

/** JSON text with the same characters as escapes: its value stays. */
export function harmlessJson(text: string): string {
  return text.replace(HARMFUL, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * A line of a file for a terminal: what is in it is seen, and does nothing. Control characters are shown as less and
 * `cat -v` do, all else that a terminal obeys by its number.
 */
export function visible(line: string): string {
  return line.replace(ALL_HARMFUL, (found) => {
    const code = found.charCodeAt(0);
    if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
    return code === 0x7f ? '^?' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** Writes text that is made for people. */
export function writeText(stream: Stream, text: string): void {
  process[stream].write(harmless(text));
}

/**
 * Returns what writes contents of tasks and files: byte for byte to a program or a file, and to a terminal without
 * what controls it. A lone carriage return begins a new line there.
 */
export function contentWriter(stream: Stream): (data: string | Uint8Array) => Promise<void> {
  const target = process[stream];
  const decoder = new StringDecoder('utf8');
  return async (data) => {
    if (!target.writable) return;
    const text = () => (typeof data === 'string' ? data : decoder.write(Buffer.from(data)));
    const wanted = target.isTTY ? harmless(text().replace(/\r(?!\n)/g, '\n')) : data;
    if (!target.write(wanted))
      await Promise.race([once(target, 'drain'), once(target, 'close')]).catch(() => undefined);
  };
}

/** Shows on a terminal how far something is, in place of what it showed before. */
export function showCount(done: number, all: number): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r${String(done)} of ${String(all)}${done === all ? '\n' : ''}`);
}

/** Empties the terminal's screen, and begins at its top; what has scrolled away stays. */
export function clearScreen(): void {
  if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H');
}
