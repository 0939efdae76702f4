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

const WHAT_CHARACTERS = 1000;

/** The input fields that name the object of a tool call, the most informative first. */
const TELLING = ['command', 'file_path', 'notebook_path', 'path', 'pattern', 'url', 'query', 'description'];

/** Returns the object of a tool call, from its input: at most 1,000 characters. */
export function subjectOf(input: unknown): string {
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const found = TELLING.map((name) => fields[name]).find((value) => typeof value === 'string');
  const text = typeof found === 'string' ? found : (JSON.stringify(input) ?? '');
  return text.length > WHAT_CHARACTERS ? `${text.slice(0, WHAT_CHARACTERS - 1)}…` : text;
}
