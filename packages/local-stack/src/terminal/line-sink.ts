import { appendPlainSync } from '@cc-executor/evidence';
import { once } from 'node:events';
import { closeSync, lstatSync, renameSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { within } from '@cc-executor/service-kit/within';
import { shortLine } from './short-line.ts';

const ROTATE_BYTES = 20 * 1024 * 1024;
/** The same line is shown again only after this time, in milliseconds: an unavailable Redis is reported once. */
const QUIET_MS = 30_000;
/** A pipe may be held open by other processes than the ended one. Milliseconds. */
const LAST_LINES_MS = 1000;

/** Receives a service's lines: all go to its log file, and those for people to the terminal. */
export class LineSink {
  /** The log file. */
  readonly path: string;
  readonly #service: string;
  #file: number;
  /** The size of the log file, in bytes. */
  #size: number;
  readonly #say: (line: string) => void;
  readonly #shownAt = new Map<string, number>();
  readonly #reading = new Set<Promise<void>>();
  #shows = false;
  #closed = false;

  constructor(service: string, logFile: string, say: (line: string) => void) {
    rotate(logFile);
    this.path = logFile;
    this.#service = service;
    this.#file = appendPlainSync(logFile, 0o600);
    this.#size = sizeOf(logFile);
    this.#say = say;
  }

  /** Sets whether the terminal gets lines; a failed start is reported by its own sentence. */
  set shows(shows: boolean) {
    this.#shows = shows;
  }

  read(stream: Readable): void {
    const reader = createInterface({ input: stream, crlfDelay: Infinity });
    reader.on('line', (line) => this.#take(line));
    const ended = once(reader, 'close').then(() => {
      this.#reading.delete(ended);
    });
    this.#reading.add(ended);
  }

  /** Reads the remaining output of ended processes, and closes the file. */
  async close(): Promise<void> {
    await within(Promise.all(this.#reading), LAST_LINES_MS, null);
    this.#closed = true;
    closeSync(this.#file);
  }

  #take(line: string): void {
    if (this.#closed) return;
    this.#keep(line);
    const short = this.#shows ? shortLine(this.#service, line) : null;
    if (short !== null) this.#show(short);
  }

  /** A full disk loses lines of the log, and nothing else. */
  #keep(line: string): void {
    try {
      if (this.#size > ROTATE_BYTES) this.#rotate();
      this.#size += writeSync(this.#file, `${line}\n`);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.#show(
        `${this.#service}: lines of its log are lost: ${this.path} can't be written (${String(code)})`,
      );
    }
  }

  /** A process that has the old file open keeps it. */
  #rotate(): void {
    rotate(this.path);
    const file = appendPlainSync(this.path, 0o600);
    closeSync(this.#file);
    this.#file = file;
    this.#size = sizeOf(this.path);
  }

  #show(short: string): void {
    const now = performance.now();
    const quietUntil = (this.#shownAt.get(short) ?? -QUIET_MS) + QUIET_MS;
    if (now < quietUntil) return;
    if (this.#shownAt.size > 1000) this.#shownAt.clear();
    this.#shownAt.set(short, now);
    this.#say(short);
  }
}

/** Rotates the log when it has grown large, and moves away what a task can have put in its place. */
function rotate(logFile: string): void {
  const stats = lstatSync(logFile, { throwIfNoEntry: false });
  const isPlanted = stats?.isSymbolicLink() || stats?.isFIFO() || stats?.isSocket() || stats?.isDirectory();
  if (stats && (isPlanted || stats.size > ROTATE_BYTES)) renameSync(logFile, `${logFile}.old`);
}

function sizeOf(logFile: string): number {
  return lstatSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
}
