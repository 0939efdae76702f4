import { z } from 'zod';
import { isDeeperThan } from '../language/depth.ts';
import { byteLength, LIMITS } from '../language/limits.ts';
import type { PromptOptions } from './prompt-options.ts';

/** One call of one tool of an MCP server. */
export const CalledTool = z.strictObject(
  {
    server: z
      .string('must be a string')
      .min(1, 'must not be empty')
      .describe('The name of the server in `mcp_servers` of the task or of the list.'),
    name: z
      .string('must be a string')
      .min(1, 'must not be empty')
      .max(LIMITS.nameCharacters, `must have at most ${String(LIMITS.nameCharacters)} characters`)
      .describe('The name of the tool, as the server lists it.'),
    arguments: z
      .record(z.string(), z.unknown(), 'must be an object')
      .refine((given) => !isDeeperThan(given, LIMITS.schemaLevels), {
        error: `must be nested at most ${String(LIMITS.schemaLevels)} levels deep`,
        abort: true,
      })
      .refine((given) => byteLength(JSON.stringify(given)) <= LIMITS.promptBytes, {
        error: `must have at most ${String(LIMITS.promptBytes)} bytes of JSON`,
      })
      .optional()
      .describe(
        'The arguments of the tool. With `template`, references to earlier tasks in the texts are replaced by their results, each as a value that cannot change other arguments.',
      ),
  },
  'must be an object with a server and the name of a tool',
);
export type CalledTool = z.output<typeof CalledTool>;

/** The options of a prompt that a call of a tool has too. */
export const TOOL_OPTION_NAMES = [
  'mcp_servers',
  'template',
  'env',
  'pass_env',
] as const satisfies readonly (keyof PromptOptions)[];

/** Returns the text that a task's record has for a call. */
export function toolText({ server, name, arguments: given = {} }: CalledTool): string {
  return JSON.stringify({ server, name, arguments: given });
}

/** Returns the call of a text that `toolText` returned. */
export function toolOf(text: string): CalledTool & { arguments: Record<string, unknown> } {
  return JSON.parse(text) as ReturnType<typeof toolOf>;
}

/** A text somewhere in the arguments, and its path from there. */
export interface ArgumentText {
  /** Where it is in the arguments. */
  path: (string | number)[];
  /** The text. */
  text: string;
}

/** Returns every text in the arguments of a call, except names of fields. What is nested too deep is left out. */
export function argumentTexts(value: unknown, path: (string | number)[] = []): ArgumentText[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null || path.length > LIMITS.schemaLevels) return [];
  return Array.isArray(value)
    ? value.flatMap((item, index) => argumentTexts(item, [...path, index]))
    : Object.entries(value).flatMap(([name, item]) => argumentTexts(item, [...path, name]));
}

/** Returns the arguments with every text in them replaced by the next of these values, in the order of `argumentTexts`. */
export function withArgumentTexts(value: unknown, values: Iterator<unknown>): unknown {
  if (typeof value === 'string') return values.next().value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withArgumentTexts(item, values));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withArgumentTexts(item, values)]),
  );
}
