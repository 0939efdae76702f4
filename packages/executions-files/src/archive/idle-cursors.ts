import type { ArchiveCursor } from './archive-cursor.ts';

/** The number of idle cursors; each holds a file and less than 1 MiB of buffers. */
const MAX_IDLE = 16;
/** A cursor that is idle for this long is closed, in milliseconds. */
const IDLE_MS = 10_000;

interface Idle {
  /** The file that it reads. */
  file: string;
  cursor: ArchiveCursor;
  timer: NodeJS.Timeout;
}

/** Keeps cursors between two pages of a reader, so that the next page needs no search. */
export class IdleCursors {
  #idle: Idle[] = [];

  /** Removes and returns the cursor of a file at `position`; undefined: none. */
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
    // Errors of a file that is no longer read are ignored.
    idle.cursor.close().catch(() => undefined);
  }

  #remove(idle: Idle): void {
    clearTimeout(idle.timer);
    this.#idle = this.#idle.filter((each) => each !== idle);
  }
}
