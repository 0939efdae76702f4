import { LIMITS } from '@cc-executor/contracts';

/**
 * The text of a prompt as it is put together. What is put in may be large and be put in often: it takes no more once it
 * is longer than any prompt may be.
 */
export class PromptText {
  #text = '';
  #bytes = 0;

  /** Adds a part; false: it is too long by now, and what follows would change nothing. */
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

/** What is wrong with a text that is too long. */
export const TOO_LONG = `has more than ${String(LIMITS.promptBytes)} bytes, which is the most that is allowed`;
