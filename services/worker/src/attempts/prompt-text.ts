import { LIMITS } from '@cc-executor/contracts';

/**
 * Builds the text of a prompt. Inserted text may be large and repeated: it accepts no more once it
 * is longer than any prompt may be.
 */
export class PromptText {
  #text = '';
  #bytes = 0;

  /** Adds a part; false: it is already too long, and further parts change nothing. */
  add(part: string): boolean {
    if (this.isTooLong) return false;
    this.#text += part;
    this.#bytes += Buffer.byteLength(part);
    return !this.isTooLong;
  }

  get isTooLong(): boolean {
    return this.#bytes > LIMITS.promptBytes;
  }

  toString(): string {
    return this.#text;
  }
}

/** Returns what is wrong with a text that is too long. */
export const TOO_LONG = `has more than ${String(LIMITS.promptBytes)} bytes, which is the most that is allowed`;
