import { randomUUID } from 'node:crypto';
import type { Block, MessageReply, Usage } from './reply.ts';
import type { ModelRequest } from './request.ts';

/** A whole assistant message of the Messages API. */
export interface AssistantMessage {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: Record<string, unknown>[];
  stop_reason: NonNullable<MessageReply['stop_reason']>;
  stop_sequence: null;
  usage: Required<Usage>;
}

const id = (prefix: string) => `${prefix}_${randomUUID().replaceAll('-', '')}`;

/** About four bytes per token; exact numbers come from a reply's own usage. */
function estimateTokens(value: unknown): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(value)) / 4);
}

/** Returns the number of tokens that `count_tokens` answers for a request. */
export function countTokens(request: ModelRequest): number {
  return estimateTokens([request.system ?? '', request.messages, request.tools ?? []]);
}

function content(block: Block): Record<string, unknown> {
  if ('text' in block) return { type: 'text', text: block.text };
  if ('thinking' in block) return { type: 'thinking', thinking: block.thinking, signature: id('sig') };
  if ('redacted' in block) return { type: 'redacted_thinking', data: block.redacted };
  return { type: 'tool_use', id: id('toolu'), name: block.tool, input: block.input };
}

/** Returns the reply as a message of the Messages API. */
export function toMessage(reply: MessageReply, request: ModelRequest): AssistantMessage {
  const usage = reply.usage ?? {
    input_tokens: countTokens(request),
    output_tokens: estimateTokens(reply.blocks),
  };
  const usesTool = reply.blocks.some((block) => 'tool' in block);
  return {
    id: id('msg'),
    type: 'message',
    role: 'assistant',
    model: request.model,
    content: reply.blocks.map(content),
    stop_reason: reply.stop_reason ?? (usesTool ? 'tool_use' : 'end_turn'),
    stop_sequence: null,
    usage: { cache_read_input_tokens: 0, cache_creation_input_tokens: 0, ...usage },
  };
}
