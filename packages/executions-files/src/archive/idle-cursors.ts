import type { ArchiveCursor } from './archive-cursor.ts';

/** So many cursors wait for their next page; each holds a file and less than 1 MiB of buffers. */
const MAX_IDLE = 16;
/** A reader that asks for nothing for so long has gone, in milliseconds. */
const IDLE_MS = 10_000;

interface Idle {
  /** Which file it reads. */
  file: string;
  cursor: ArchiveCursor;
  timer: NodeJS.Timeout;
}

/** Keeps cursors between two pages of a reader, so that the next one is not looked for again. */
export class IdleCursors {
  #idle: Idle[] = [];

  /** Takes out the one of a file that stands at `position`; undefined: there is none. */
  take(file: string, position: number): ArchiveCursor | undefined {
    const found = this.#idle.find((idle) => idle.file === file && idle.cursor.position === position);
    if (found) this.#remove(found);
    return found?.cursor;
  }

  put(file: string, cursor: ArchiveCursor): void {
    const idle = { file, cursor, timer: setTimeout(() => this.#drop(idle), IDLE_MS).unref() };
    this.#idle.push(idle);
    const [oldest] = this.#idle;
    if (oldest && this.#idle.length > MAX_IDLE) this.#drop(oldest);
  }

  #drop(idle: Idle): void {
    this.#remove(idle);
    // What goes wrong with a file that nobody reads any more is of no interest.
    idle.cursor.close().catch(() => undefined);
  }

  #remove(idle: Idle): void {
    clearTimeout(idle.timer);
    this.#idle = this.#idle.filter((each) => each !== idle);
  }
}
