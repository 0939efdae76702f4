const BYTES = 2048;

/** Keeps the end of an output, for a message to people. */
export class Tail {
  #kept: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, chunk]).subarray(-BYTES);
  }

  toString(): string {
    return this.#kept.toString('utf8').trim();
  }
}
