import { randomUUID } from 'node:crypto';
import { toMessage } from './message.ts';
import { piecesOf } from './pieces.ts';
import type { Block, MessageReply } from './reply.ts';
import type { ContentBlock, ModelMessage, ModelRequest } from './request.ts';

/** An item of a request to the Responses API, as far as scripts read it. */
interface InputItem {
  type?: string;
  role?: string;
  content?: string | ContentBlock[];
  [key: string]: unknown;
}

/** The body of a request to the Responses API, as far as scripts read it. */
interface ResponsesRequest {
  model: string;
  input: string | InputItem[];
  instructions?: string;
  [key: string]: unknown;
}

const INCOMPLETE: Readonly<Record<string, string>> = {
  max_tokens: 'max_output_tokens',
  refusal: 'content_filter',
};

/** Returns a request as scripts see every request: items that follow each other and are of one side are one message. */
export function fromResponses({ input, instructions, ...rest }: ResponsesRequest): ModelRequest {
  const items: InputItem[] = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  const messages: { role: string; content: ContentBlock[] }[] = [];
  for (const item of items) {
    const { role, content } = fromItem(item);
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content });
  }
  const isSystem = ({ role }: ModelMessage) => role === 'system';
  const system = messages.filter(isSystem).flatMap(({ content }) => content.map(({ text = '' }) => text));
  return {
    ...rest,
    messages: messages.filter((message) => !isSystem(message)),
    system: [instructions ?? '', ...system].join('\n\n'),
  };
}

/** Returns the reply as a whole answer of the Responses API. */
export function toResponse(reply: MessageReply, request: ModelRequest): Record<string, unknown> {
  const { stop_reason, usage } = toMessage(reply, request);
  const reason = INCOMPLETE[stop_reason];
  const cached = usage.cache_read_input_tokens ?? 0;
  const input = usage.input_tokens + cached;
  return {
    id: `resp_${randomUUID()}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    model: request.model,
    status: reason === undefined ? 'completed' : 'incomplete',
    incomplete_details: reason === undefined ? null : { reason },
    output: reply.blocks.map((block) => toItem(block, request)),
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: cached },
      output_tokens: usage.output_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + usage.output_tokens,
    },
  };
}

/** Returns the events with which the Responses API streams the reply, as they are sent. */
export function* responseEvents(reply: MessageReply, request: ModelRequest): Generator<string> {
  const response = toResponse(reply, request);
  let sequence = 0;
  const event = (type: string, data: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...data })}\n\n`;
  yield event('response.created', {
    response: { ...response, status: 'in_progress', output: [], usage: null },
  });
  for (const [index, item] of (response['output'] as Record<string, unknown>[]).entries()) {
    const at = { output_index: index, item_id: item['id'] };
    yield event('response.output_item.added', { ...at, item: { ...item, ...EMPTY[String(item['type'])] } });
    const block = reply.blocks[index];
    if (block && 'text' in block)
      for (const delta of piecesOf(block.text, reply.chunk ?? 40))
        yield event('response.output_text.delta', { ...at, content_index: 0, delta });
    if (block && 'thinking' in block)
      for (const delta of piecesOf(block.thinking, reply.chunk ?? 40))
        yield event('response.reasoning_summary_text.delta', { ...at, summary_index: 0, delta });
    yield event('response.output_item.done', { ...at, item });
  }
  yield event(`response.${String(response['status'])}`, { response });
}

/** The fields of an item that arrive as deltas, and are empty at its start. */
const EMPTY: Readonly<Record<string, Record<string, unknown>>> = {
  message: { content: [] },
  function_call: { arguments: '' },
  reasoning: { summary: [] },
};

function toItem(block: Block, request: ModelRequest): Record<string, unknown> {
  if ('text' in block)
    return {
      type: 'message',
      id: `msg_${randomUUID()}`,
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: block.text, annotations: [] }],
    };
  if ('tool' in block)
    return {
      type: 'function_call',
      id: `fc_${randomUUID()}`,
      call_id: `call_${randomUUID()}`,
      status: 'completed',
      ...inNamespace(block.tool, request),
      arguments: JSON.stringify(block.input),
    };
  return {
    type: 'reasoning',
    id: `rs_${randomUUID()}`,
    summary: 'thinking' in block ? [{ type: 'summary_text', text: block.thinking }] : [],
    encrypted_content: 'redacted' in block ? block.redacted : '',
  };
}

/** A tool of a namespace of the request, such as that of an MCP server, has its name there: `mcp__docs__search`. */
function inNamespace(tool: string, { tools = [] }: ModelRequest): { name: string; namespace?: string } {
  const found = tools.find(
    (one) => 'type' in one && one.type === 'namespace' && tool.startsWith(`${one.name}__`),
  );
  return found === undefined
    ? { name: tool }
    : { name: tool.slice(found.name.length + 2), namespace: found.name };
}

function fromItem(item: InputItem): { role: string; content: ContentBlock[] } {
  const { type = 'message', role = 'user', content = [] } = item;
  switch (type) {
    case 'message': {
      const texts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
      const blocks = texts.map((block) => (block.text === undefined ? block : { ...block, type: 'text' }));
      return { role: role === 'developer' ? 'system' : role, content: blocks };
    }
    case 'function_call_output':
      return { role: 'user', content: [{ type: 'tool_result', content: item['output'] }] };
    default:
      return { role: 'assistant', content: [{ ...item, type }] as ContentBlock[] };
  }
}
