import type { Message, WholeMessage, Streamed } from './message.ts';

/** Collects the main thread's answer as it is generated. A newline separates two blocks. */
export class Answer {
  #begun = false;
  #blockIsNew = true;
  #streaming = '';
  readonly #streamed = new Set<string>();

  /** Returns the text that a message adds; '' for none. */
  take(message: Message): string {
    if (message.type === 'stream_event') return this.#fromStream(message);
    if (message.type === 'assistant') return this.#fromWhole(message);
    return '';
  }

  /** Adds a block that did not come as text. Returns the part that is new. */
  add(text: string): string {
    this.#blockIsNew = true;
    return this.#add(text);
  }

  #fromStream({ isMain, kind, id, text }: Streamed): string {
    if (!isMain) return '';
    if (kind === 'message_start') this.#streaming = id;
    if (kind === 'content_block_start') this.#blockIsNew = true;
    if (text === null) return '';
    this.#streamed.add(this.#streaming);
    return this.#add(text);
  }

  /** A message whose stream broke is requested again and comes whole. Claude Code's own text about an error is not an answer. */
  #fromWhole({ isMain, id, blocks, error }: WholeMessage): string {
    if (!isMain || error !== undefined || this.#streamed.has(id)) return '';
    return blocks
      .map(({ type, text }) => {
        this.#blockIsNew = true;
        return type === 'text' ? this.#add(text) : '';
      })
      .join('');
  }

  #add(text: string): string {
    if (text === '') return '';
    const separator = this.#blockIsNew && this.#begun ? '\n' : '';
    this.#begun = true;
    this.#blockIsNew = false;
    return separator + text;
  }
}
