import { fromLine, type StoredEvent } from '@cc-executor/executions';
import type { FileHandle } from 'node:fs/promises';
import { readIndex, type Place } from './archive-index.ts';
import { ArchiveLines, damaged } from './archive-lines.ts';
import { HEAD_BYTES } from './read-head.ts';

/** The approximate size of a page, in characters; a page always has one event. */
const PAGE_CHARACTERS = 1024 * 1024;
/** Longer than any event. */
const EVENT_BYTES = 64 * 1024 * 1024;
const SPACE = 32;
/** More than the digits of the largest seq. */
const SEQ_BYTES = 20;

/** A position in an archive, from which its events are read. */
export class ArchiveCursor {
  readonly #lines: ArchiveLines;
  /** A line that was read ahead, to check the index. */
  #ahead: Buffer | null;
  /** The seq of the last event that was read. */
  #last: number;

  private constructor(lines: ArchiveLines, ahead: Buffer | null, last: number) {
    this.#lines = lines;
    this.#ahead = ahead;
    this.#last = last;
  }

  /**
   * Opens an archive near the first event after `after`, and takes ownership of what `open` returns. An index
   * that is wrong is ignored. Throws ARCHIVE_DAMAGED.
   */
  static async open(open: () => Promise<FileHandle>, size: number, after: number): Promise<ArchiveCursor> {
    const file = await open();
    const place = (await readIndex(file, size).catch(() => [])).findLast(({ seq }) => seq <= after + 1);
    const atPlace = place ? await openAt(file, place) : null;
    if (atPlace) return atPlace;
    const lines = new ArchiveLines(place ? await open() : file, 0);
    try {
      if ((await lines.next(HEAD_BYTES)) === null) throw damaged('it is empty');
      return new ArchiveCursor(lines, null, 0);
    } catch (error) {
      await lines.close();
      throw error;
    }

    async function openAt(at: FileHandle, { offset, seq }: Place): Promise<ArchiveCursor | null> {
      const found = new ArchiveLines(at, offset);
      const line = await found.next(EVENT_BYTES).catch(() => null);
      if (line && seqOf(line) === seq) return new ArchiveCursor(found, line, seq - 1);
      await found.close();
      return null;
    }
  }

  /** The seq of the last event that was read: the next page starts after it. */
  get position(): number {
    return this.#last;
  }

  /**
   * Returns up to `limit` events after `after`, about 1 MiB of them; none after the last one. Stops early when `signal`
   * aborts. Throws ARCHIVE_DAMAGED.
   */
  async page(after: number, limit: number, signal?: AbortSignal): Promise<StoredEvent[]> {
    const page: StoredEvent[] = [];
    for (let characters = 0; page.length < limit && characters < PAGE_CHARACTERS;) {
      if (signal?.aborted) break;
      const line = this.#ahead ?? (await this.#lines.next(EVENT_BYTES));
      this.#ahead = null;
      if (line === null) break;
      const seq = seqOf(line);
      if (!(seq > this.#last)) throw damaged(`what follows event ${String(this.#last)} is no later event`);
      this.#last = seq;
      if (seq <= after) continue;
      const event = fromLine(line.toString());
      characters += event.json.length;
      page.push(event);
    }
    return page;
  }

  async close(): Promise<void> {
    await this.#lines.close();
  }
}

/** Returns the seq at the start of a line; NaN if there is none. */
function seqOf(line: Buffer): number {
  const end = line.subarray(0, SEQ_BYTES).indexOf(SPACE);
  const digits = end === -1 ? '' : line.toString('latin1', 0, end);
  return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : Number.NaN;
}
