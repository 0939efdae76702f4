import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { textDelta } from './messages.ts';

/** The main thread's answer text, as it is generated: blocks one after another, a newline between two. */
export class Answer {
  #begun = false;
  #blockIsNew = true;
  #streaming = '';
  readonly #streamed = new Set<string>();

  /** What a message adds to the text; '' for none. */
  take(message: SDKMessage): string {
    if (message.type === 'stream_event') return this.#fromStream(message);
    if (message.type === 'assistant') return this.#fromWhole(message);
    return '';
  }

  /** Adds a block that did not come as text; gives what is new. */
  add(text: string): string {
    this.#blockIsNew = true;
    return this.#add(text);
  }

  #fromStream(message: Extract<SDKMessage, { type: 'stream_event' }>): string {
    if (message.parent_tool_use_id !== null) return '';
    const { event } = message;
    if (event.type === 'message_start') this.#streaming = event.message.id;
    if (event.type === 'content_block_start') this.#blockIsNew = true;
    const text = textDelta(message);
    if (text === null) return '';
    this.#streamed.add(this.#streaming);
    return this.#add(text);
  }

  /** A message whose stream broke is asked for again and comes whole. What Claude Code itself says of an error is no answer. */
  #fromWhole({ message, error, parent_tool_use_id }: Extract<SDKMessage, { type: 'assistant' }>): string {
    if (parent_tool_use_id !== null || error !== undefined || this.#streamed.has(message.id)) return '';
    return message.content
      .map((block) => {
        this.#blockIsNew = true;
        return block.type === 'text' ? this.#add(block.text) : '';
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
