import type { Message, Said, Streamed } from './message.ts';

/** The main thread's answer text, as it is generated: blocks one after another, a newline between two. */
export class Answer {
  #begun = false;
  #blockIsNew = true;
  #streaming = '';
  readonly #streamed = new Set<string>();

  /** What a message adds to the text; '' for none. */
  take(message: Message): string {
    if (message.type === 'stream_event') return this.#fromStream(message);
    if (message.type === 'assistant') return this.#fromWhole(message);
    return '';
  }

  /** Adds a block that did not come as text; gives what is new. */
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

  /** A message whose stream broke is asked for again and comes whole. What Claude Code itself says of an error is no answer. */
  #fromWhole({ isMain, id, blocks, error }: Said): string {
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
