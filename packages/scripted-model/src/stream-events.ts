import type { AssistantMessage } from './message.ts';
import { piecesOf } from './pieces.ts';

/** One server-sent event of the Messages API. */
export type StreamEvent = { type: string } & Record<string, unknown>;

/** The event as it is sent. */
export function toText(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** The fields of a block that arrive as deltas, and are empty at its start. */
const EMPTY: Readonly<Record<string, Record<string, unknown>>> = {
  text: { text: '' },
  tool_use: { input: {} },
  thinking: { thinking: '', signature: '' },
};

function* deltasOf(block: Record<string, unknown>, chunk: number): Generator<Record<string, unknown>> {
  switch (block['type']) {
    case 'text':
      for (const text of piecesOf(String(block['text']), chunk)) yield { type: 'text_delta', text };
      break;
    case 'tool_use':
      for (const piece of piecesOf(JSON.stringify(block['input']), chunk))
        yield { type: 'input_json_delta', partial_json: piece };
      break;
    case 'thinking':
      for (const thinking of piecesOf(String(block['thinking']), chunk))
        yield { type: 'thinking_delta', thinking };
      yield { type: 'signature_delta', signature: block['signature'] };
      break;
    default:
      // It arrives whole.
      break;
  }
}

function* blockEvents(block: Record<string, unknown>, index: number, chunk: number): Generator<StreamEvent> {
  yield { type: 'content_block_start', index, content_block: { ...block, ...EMPTY[String(block['type'])] } };
  for (const delta of deltasOf(block, chunk)) yield { type: 'content_block_delta', index, delta };
  yield { type: 'content_block_stop', index };
}

/** Returns the events with which the Messages API streams a message, in deltas of at most `chunk` characters. */
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
