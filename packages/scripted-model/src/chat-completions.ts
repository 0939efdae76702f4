import { randomUUID } from 'node:crypto';
import { toMessage } from './message.ts';
import { piecesOf } from './pieces.ts';
import type { MessageReply } from './reply.ts';
import { textsOf, type ModelMessage, type ModelRequest } from './request.ts';

/** The body of a request to the Chat Completions API, as far as scripts read it. */
interface ChatRequest {
  model: string;
  messages: ModelMessage[];
  stream?: boolean;
  [key: string]: unknown;
}

const FINISH: Readonly<Record<string, string>> = {
  max_tokens: 'length',
  refusal: 'content_filter',
  tool_use: 'tool_calls',
};

/** Returns a request as scripts see every request: system messages are its `system`. */
export function fromChat({ messages, ...rest }: ChatRequest): ModelRequest {
  const isSystem = ({ role }: ModelMessage) => role === 'system' || role === 'developer';
  const system = messages.filter(isSystem).flatMap(({ content }) => textsOf(content));
  return {
    ...rest,
    messages: messages.filter((message) => !isSystem(message)),
    ...(system.length > 0 && { system: system.join('\n\n') }),
  };
}

/** Returns the reply as a whole answer of the Chat Completions API. */
export function toCompletion(reply: MessageReply, request: ModelRequest): Record<string, unknown> {
  const { text, calls, finish_reason, usage } = partsOf(reply, request);
  const message = {
    role: 'assistant',
    content: text,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return {
    ...headOf(request, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason }],
    usage,
  };
}

/** Returns the events with which the Chat Completions API streams the reply, as they are sent. */
export function* completionEvents(reply: MessageReply, request: ModelRequest): Generator<string> {
  const head = headOf(request, 'chat.completion.chunk');
  const { text, calls, finish_reason, usage } = partsOf(reply, request);
  const chunk = (delta: object, finish: string | null = null) =>
    event({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });
  yield chunk({ role: 'assistant', content: '' });
  for (const content of piecesOf(text, reply.chunk ?? 40)) yield chunk({ content });
  for (const [index, call] of calls.entries()) yield chunk({ tool_calls: [{ index, ...call }] });
  yield chunk({}, finish_reason);
  yield event({ ...head, choices: [], usage });
  yield 'data: [DONE]\n\n';
}

function headOf({ model }: ModelRequest, object: string) {
  return { id: `chatcmpl-${randomUUID()}`, object, created: Math.floor(Date.now() / 1000), model };
}

function partsOf(reply: MessageReply, request: ModelRequest) {
  const { stop_reason, usage } = toMessage(reply, request);
  const text = reply.blocks.map((block) => ('text' in block ? block.text : '')).join('');
  const calls = reply.blocks.flatMap((block) =>
    'tool' in block
      ? [
          {
            id: `call_${randomUUID()}`,
            type: 'function',
            function: { name: block.tool, arguments: JSON.stringify(block.input) },
          },
        ]
      : [],
  );
  return {
    text,
    calls,
    finish_reason: FINISH[stop_reason] ?? 'stop',
    usage: {
      prompt_tokens: usage.input_tokens + (usage.cache_read_input_tokens ?? 0),
      completion_tokens: usage.output_tokens,
      total_tokens: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + usage.output_tokens,
      prompt_tokens_details: { cached_tokens: usage.cache_read_input_tokens ?? 0 },
    },
  };
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
