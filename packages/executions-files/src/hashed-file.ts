import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { lstat } from 'node:fs/promises';

/** A new file that is appended to and hashed while it is written. */
export class HashedFile {
  readonly path: string;
  readonly #stream: WriteStream;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #digest: string | undefined;

  /** Removes what is in its place: a pipe, a link, or a file of another attempt. Throws for a folder. */
  constructor(path: string, onError: (error: Error) => void) {
    this.path = path;
    rmSync(path, { force: true });
    this.#stream = createWriteStream(path, { flags: 'ax' });
    this.#stream.on('error', onError);
  }

  /** While a returned promise is pending, the caller must not write. */
  write(data: Buffer | string): Promise<void> | undefined {
    this.#hash.update(data);
    this.#bytes += Buffer.byteLength(data);
    if (this.#stream.write(data)) return undefined;
    return new Promise((resolve) => {
      const done = () => {
        this.#stream.off('drain', done).off('close', done);
        resolve();
      };
      this.#stream.on('drain', done).on('close', done);
    });
  }

  async close(): Promise<void> {
    if (this.#stream.closed) return;
    const done = once(this.#stream, 'close').catch(() => undefined);
    this.#stream.end();
    await done;
  }

  /** Returns the length and hash of all that was written. Nothing may be written after this call. */
  get written(): { bytes: number; sha256: string } {
    this.#digest ??= this.#hash.digest('hex');
    return { bytes: this.#bytes, sha256: this.#digest };
  }

  /** False if a write failed, or if another file is in its place. */
  async isAsWritten(): Promise<boolean> {
    const there = await lstat(this.path).catch(() => null);
    return there?.isFile() === true && there.size === this.#bytes;
  }
}
