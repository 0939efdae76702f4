import type { Execution, OutputOptions } from '@cc-executor/sdk';
import { CcServerError } from '@cc-executor/sdk';

/** Bytes that are read at a time. */
const CHUNK = 128 * 1024;
/** Bytes that are kept: what is further away is read again when it is wanted. */
const KEPT = 2 * 1024 * 1024;

/** A line of the output, by the byte at which it begins. */
interface Line {
  at: number;
  text: string;
}

/** The part of an output that is in memory. */
export interface Window {
  lines: Line[];
  /** The first byte of it. */
  from: number;
  /** The byte after its last one. */
  to: number;
  /** All bytes that there are, as far as is known. */
  total: number;
}

const EMPTY: Window = { lines: [], from: 0, to: 0, total: 0 };

type Address = Pick<OutputOptions, 'stream' | 'attempt' | 'signal'>;

/** Reads the window that ends at the end of the output, or begins at a byte. */
export async function openWindow(
  execution: Execution,
  task: number,
  address: Address,
  at: number | null,
): Promise<Window> {
  const range = at === null ? { last: CHUNK } : { from: at, to: at + CHUNK - 1 };
  const read = await readRange(execution, task, { ...address, ...range });
  // A place may be inside of a line, of one that is long.
  return read === null ? EMPTY : windowOf(read, at !== null);
}

/** Returns the window with what is before it. */
export async function readBefore(
  execution: Execution,
  task: number,
  address: Address,
  window: Window,
): Promise<Window> {
  if (window.from === 0) return window;
  const from = Math.max(0, window.from - CHUNK);
  const read = await readRange(execution, task, { ...address, from, to: window.from - 1 });
  if (read === null) return window;
  const before = windowOf(read, from === 0);
  // What the window had left out as the rest of a line is read again with the lines before it.
  return trimmed({ ...window, lines: [...before.lines, ...window.lines], from: before.from }, 'end');
}

/** Returns the window with what is after it; the same one where nothing is. */
export async function readAfter(
  execution: Execution,
  task: number,
  address: Address,
  window: Window,
): Promise<Window> {
  const last = window.lines.at(-1);
  // The last line may have had no end yet.
  const from = last?.at ?? window.to;
  const read = await readRange(execution, task, { ...address, from, to: window.to + CHUNK - 1 });
  if (read === null || read.start + read.bytes.length <= window.to) return window;
  const after = windowOf(read, true);
  const lines = last === undefined ? after.lines : [...window.lines.slice(0, -1), ...after.lines];
  return trimmed({ lines, from: lines[0]?.at ?? 0, to: after.to, total: after.total }, 'start');
}

interface Read {
  bytes: Uint8Array;
  start: number;
  total: number;
}

/** Null: there is nothing. */
async function readRange(execution: Execution, task: number, options: OutputOptions): Promise<Read | null> {
  try {
    const response = await execution.output(task, options);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const [, start = '0', total = String(bytes.length)] =
      /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
    return bytes.length === 0 ? null : { bytes, start: Number(start), total: Number(total) };
  } catch (error) {
    if (error instanceof CcServerError && ['RANGE_NOT_SATISFIABLE', 'OUTPUT_NOT_FOUND'].includes(error.code))
      return null;
    throw error;
  }
}

const NEWLINE = 10;
/** A longer line is shown in pieces: no browser lays out a line of megabytes. Bytes. */
const LONGEST = 16 * 1024;

/** `isWhole`: it begins at the beginning of a line; else what is before the first end of a line is left out. */
function windowOf({ bytes, start, total }: Read, isWhole: boolean): Window {
  const decoder = new TextDecoder();
  const lines: Line[] = [];
  let at = 0;
  if (!isWhole && start > 0) {
    const end = bytes.indexOf(NEWLINE);
    // In the middle of a line that is longer than what was read.
    at = end === -1 || end === bytes.length - 1 ? 0 : end + 1;
  }
  const first = at;
  while (at < bytes.length) {
    const found = bytes.indexOf(NEWLINE, at);
    const whole = found === -1 ? bytes.length : found;
    const end = Math.min(whole, at + LONGEST);
    lines.push({ at: start + at, text: decoder.decode(bytes.subarray(at, end)).replace(/\r$/, '') });
    at = end === whole && found !== -1 ? end + 1 : end;
  }
  return { lines, from: start + first, to: start + bytes.length, total };
}

function trimmed(window: Window, side: 'start' | 'end'): Window {
  if (window.to - window.from <= KEPT) return window;
  if (side === 'start') {
    const from = window.to - KEPT;
    const lines = window.lines.filter(({ at }) => at >= from);
    return { ...window, lines, from: lines[0]?.at ?? window.from };
  }
  const to = window.from + KEPT;
  const lines = window.lines.filter(({ at }) => at < to);
  const next = window.lines[lines.length]?.at ?? window.to;
  return { ...window, lines, to: next };
}
