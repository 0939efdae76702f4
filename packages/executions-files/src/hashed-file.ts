import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { lstat } from 'node:fs/promises';

/** A new file that is appended to, and hashed as it is. */
export class HashedFile {
  readonly path: string;
  readonly #stream: WriteStream;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #digest: string | undefined;

  /** What was put in its place before is removed: it may be a pipe, a link, or what another attempt wrote. Throws for a folder. */
  constructor(path: string, onError: (error: Error) => void) {
    this.path = path;
    rmSync(path, { force: true });
    this.#stream = createWriteStream(path, { flags: 'ax' });
    this.#stream.on('error', onError);
  }

  /** A returned promise asks to write no more until it settles. */
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

  /** All that was written; when this was asked for nothing more may be. */
  get written(): { bytes: number; sha256: string } {
    this.#digest ??= this.#hash.digest('hex');
    return { bytes: this.#bytes, sha256: this.#digest };
  }

  /** False where the disk has refused something, or another file is in its place. */
  async isAsWritten(): Promise<boolean> {
    const there = await lstat(this.path).catch(() => null);
    return there?.isFile() === true && there.size === this.#bytes;
  }
}
