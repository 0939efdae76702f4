export interface Piece {
  stream: 'stdout' | 'stderr';
  chunk: Buffer;
}

/** A frame of the engine: the stream, three empty bytes, the length (big-endian). */
const HEADER_BYTES = 8;

/**
 * Splits the engine's stream of a container without a terminal into its two outputs. Payloads are handed on as they come
 * and are not copied. Reading on is up to the caller, so that a slow one slows the process.
 */
export class Demux {
  #header: Buffer = Buffer.alloc(0);
  #stream: Piece['stream'] = 'stdout';
  #left = 0;

  take(chunk: Buffer): Piece[] {
    const pieces: Piece[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left > 0) {
        const part = rest.subarray(0, this.#left);
        pieces.push({ stream: this.#stream, chunk: part });
        this.#left -= part.length;
        rest = rest.subarray(part.length);
        continue;
      }
      const missing = HEADER_BYTES - this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.#header.length < HEADER_BYTES) break;
      this.#stream = this.#header.readUInt8(0) === 2 ? 'stderr' : 'stdout';
      this.#left = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
    return pieces;
  }

  /** True if the stream may end here: not inside a frame. */
  get isWhole(): boolean {
    return this.#left === 0 && this.#header.length === 0;
  }
}
