import { z } from 'zod';

/** One call of a tool by an agent, as seen in its stream. */
export const ToolCall = z.strictObject({
  id: z.string().describe('the id of the call in the conversation'),
  name: z.string().describe('the name of the tool'),
  what: z.string().describe('the command, the file, or the start of the input; at most 1,000 characters'),
  is_error: z.boolean().nullable().describe('null: no result was seen'),
  exit_code: z.int().nullable().describe('of the command that it ran, if the stream reports it'),
});
export type ToolCall = z.output<typeof ToolCall>;

/** A denied tool call. */
export const Denial = z.strictObject({
  tool: z.string().describe('the name of the tool'),
  what: z.string().describe('the command, the file, or the start of the input; at most 1,000 characters'),
});
export type Denial = z.output<typeof Denial>;

export { subjectOf } from './subject.ts';
