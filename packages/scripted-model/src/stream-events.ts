import type { AssistantMessage } from './message.ts';

/** One server-sent event of the Messages API. */
export type StreamEvent = { type: string } & Record<string, unknown>;

/** The event as it is sent. */
export function toText(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Pieces of at most `size` characters; a surrogate pair stays whole. */
function* pieces(text: string, size: number): Generator<string> {
  let piece = '';
  let length = 0;
  for (const character of text) {
    piece += character;
    if (++length < size) continue;
    yield piece;
    piece = '';
    length = 0;
  }
  if (piece !== '') yield piece;
}

function* blockEvents(block: Record<string, unknown>, index: number, chunk: number): Generator<StreamEvent> {
  const isText = block['type'] === 'text';
  const empty = isText ? { ...block, text: '' } : { ...block, input: {} };
  yield { type: 'content_block_start', index, content_block: empty };
  const whole = isText ? String(block['text']) : JSON.stringify(block['input']);
  for (const piece of pieces(whole, chunk)) {
    const delta = isText
      ? { type: 'text_delta', text: piece }
      : { type: 'input_json_delta', partial_json: piece };
    yield { type: 'content_block_delta', index, delta };
  }
  yield { type: 'content_block_stop', index };
}

/** The events by which the Messages API streams a message, in deltas of at most `chunk` characters. */
export function* streamEvents(message: AssistantMessage, chunk: number): Generator<StreamEvent> {
  const begun = {
    ...message,
    content: [],
    stop_reason: null,
    usage: { ...message.usage, output_tokens: 1 },
  };
  yield { type: 'message_start', message: begun };
  for (const [index, block] of message.content.entries()) yield* blockEvents(block, index, chunk);
  const { stop_reason, stop_sequence, usage } = message;
  yield {
    type: 'message_delta',
    delta: { stop_reason, stop_sequence },
    usage: { output_tokens: usage.output_tokens },
  };
  yield { type: 'message_stop' };
}
