import { z } from 'zod';

const TextBlock = z.strictObject({ text: z.string() });
const ToolBlock = z.strictObject({
  tool: z.string().describe('its name, as Claude Code names it: Bash, Write, Read …'),
  input: z.record(z.string(), z.unknown()),
});
const ThinkingBlock = z.strictObject({ thinking: z.string() });
const RedactedBlock = z.strictObject({ redacted: z.string().describe('thinking that nobody may read') });
export const Block = z.union([TextBlock, ToolBlock, ThinkingBlock, RedactedBlock]);
export type Block = z.output<typeof Block>;

const Usage = z.strictObject({
  input_tokens: z.int(),
  output_tokens: z.int(),
  cache_read_input_tokens: z.int().optional(),
  cache_creation_input_tokens: z.int().optional(),
});
export type Usage = z.output<typeof Usage>;

const wait_ms = z.number().optional().describe('before the first byte');

const MessageReply = z.strictObject({
  blocks: z.array(Block),
  wait_ms,
  usage: Usage.optional(),
  stop_reason: z
    .enum([
      'end_turn',
      'tool_use',
      'max_tokens',
      'refusal',
      'pause_turn',
      'stop_sequence',
      'model_context_window_exceeded',
    ])
    .optional()
    .describe('default: what fits the blocks'),
  headers: z.record(z.string(), z.string()).optional().describe('beside those of every answer'),
  chunk: z.int().positive().optional().describe('characters in a delta; default 40'),
  pause_ms: z.number().optional().describe('between two events'),
  breaks: z
    .strictObject({ how: z.enum(['cut', 'hang']), after_events: z.int().nonnegative() })
    .optional()
    .describe('drops the connection, or falls silent, after so many events'),
  piece_bytes: z
    .int()
    .positive()
    .optional()
    .describe('writes the stream in pieces of so many bytes, through lines and characters'),
});
export type MessageReply = z.output<typeof MessageReply>;

const ErrorReply = z.strictObject({
  status: z.int(),
  body: z.unknown(),
  headers: z.record(z.string(), z.string()),
  wait_ms,
});
export type ErrorReply = z.output<typeof ErrorReply>;

const RawReply = z.strictObject({
  raw: z.string().describe('the whole body, as it is'),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  wait_ms,
});
export type RawReply = z.output<typeof RawReply>;

/** The model's answer to one request: plain data, so that a script can be a JSON file. */
export const Reply = z.union([MessageReply, ErrorReply, RawReply]);
export type Reply = z.output<typeof Reply>;

/** Returns whether a reply is an HTTP error instead of a message. */
export function isErrorReply(reply: Reply): reply is ErrorReply {
  return 'status' in reply && !isRawReply(reply);
}

/** Returns whether a reply is sent unchanged. */
export function isRawReply(reply: Reply): reply is RawReply {
  return 'raw' in reply;
}
