import { z } from 'zod';

/** One call of a tool by an agent, as its stream showed it. */
export const ToolCall = z.strictObject({
  id: z.string(),
  name: z.string(),
  what: z
    .string()
    .describe('the command, the file, or the start of what it was given; at most 1,000 characters'),
  is_error: z.boolean().nullable().describe('null: no result of it was seen'),
  exit_code: z.int().nullable().describe('of the command that it ran, where the stream tells it'),
});
export type ToolCall = z.output<typeof ToolCall>;
