import { fieldsOf } from '../../lines/foreign.ts';
import { ANSWER_UNITS } from '../../turns/judge-answer.ts';

/** A message that is longer than an answer may be. */
export class TooLargeMessage extends Error {}

type Fields = Readonly<Record<string, unknown>>;
type Kind = 'agent_message_chunk' | 'agent_thought_chunk';

/** A message of the agent, of the chunks that belong together. */
export interface AgentMessage {
  kind: Kind;
  text: string;
}

/** Puts chunks of messages together: the protocol has no end of a message. */
export class Texts {
  #open: (AgentMessage & { id: unknown }) | null = null;

  /** Takes a chunk. Returns the message that was complete before it; null: it belongs to that, or there was none. */
  take(
    kind: Kind,
    { content, messageId }: Fields,
  ): { ended: AgentMessage | null; text: string; isNew: boolean } {
    const { type, text } = fieldsOf(content);
    const part = type === 'text' && typeof text === 'string' ? text : '';
    const belongs = this.#open?.kind === kind && this.#open.id === messageId;
    const ended = belongs ? null : this.end();
    this.#open ??= { kind, text: '', id: messageId };
    if (this.#open.text.length + part.length > ANSWER_UNITS) {
      this.#open.text = '';
      throw new TooLargeMessage();
    }
    this.#open.text += part;
    return { ended, text: part, isNew: !belongs };
  }

  /** Returns the message that was open, which is complete now; null: there was none. */
  end(): AgentMessage | null {
    const open = this.#open;
    this.#open = null;
    return open === null ? null : { kind: open.kind, text: open.text };
  }
}
