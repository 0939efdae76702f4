import { CcError } from '@cc-executor/contracts';
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const NEWLINE = 10;

/** Returns an ARCHIVE_DAMAGED error: the file is not the archive that was written. */
export function damaged(why: string): CcError {
  return new CcError('ARCHIVE_DAMAGED', `The archive of this execution can't be read: ${why}.`);
}

/** The lines of an archive from a member on, decompressed on demand. Takes ownership of the file, and closes it. */
export class ArchiveLines {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #stop = new AbortController();
  readonly #unpacked = createGunzip();
  readonly #read: Promise<unknown>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(file: FileHandle, start: number) {
    const packed = file.createReadStream({ start });
    // An error of the file ends the reading of the decompressed text.
    this.#read = pipeline(packed, this.#unpacked, { signal: this.#stop.signal }).catch(() => undefined);
    this.#chunks = this.#unpacked[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Returns the next line of at most `most` bytes, without its line break; null after the last. Throws ARCHIVE_DAMAGED. */
  async next(most: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    for (let bytes = 0; ;) {
      const end = this.#chunk.indexOf(NEWLINE);
      const part = end === -1 ? this.#chunk : this.#chunk.subarray(0, end);
      bytes += part.length;
      if (bytes > most) throw damaged(`a line has more than ${String(most)} bytes`);
      if (end !== -1) {
        this.#chunk = this.#chunk.subarray(end + 1);
        return parts.length === 0 ? part : Buffer.concat([...parts, part]);
      }
      if (part.length > 0) parts.push(part);
      const chunk = await this.#nextChunk();
      if (chunk === null) {
        if (bytes > 0) throw damaged('it ends within a line');
        return null;
      }
      this.#chunk = chunk;
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#unpacked.destroy();
    await this.#read;
  }

  async #nextChunk(): Promise<Buffer | null> {
    try {
      const { done, value } = await this.#chunks.next();
      return done ? null : value;
    } catch (error) {
      throw damaged((error as Error).message);
    }
  }
}
