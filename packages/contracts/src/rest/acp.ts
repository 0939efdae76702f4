import { z } from 'zod';
import { LIMITS } from '../language/limits.ts';

const text = z
  .string('must be a string')
  .min(1, 'must not be empty')
  .max(LIMITS.mcpTextCharacters, `must have at most ${String(LIMITS.mcpTextCharacters)} characters`)
  .refine((given) => !given.includes('\0'), 'must not have a NUL character');

const texts = (what: string) =>
  z
    .array(text, 'must be a list')
    .max(LIMITS.listItems, `must have at most ${String(LIMITS.listItems)} items`)
    .describe(what);

const name = z
  .string('must be a string')
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must have 1 to 64 letters, digits, dashes or underscores');

/** A program that speaks the Agent Client Protocol over stdio, as a task names it. */
const AcpCommand = z.strictObject(
  {
    command: text.describe('The program, by path or as it is found on PATH. No shell reads it.'),
    args: texts('Its arguments.').optional(),
  },
  'must be a name or an object with a command',
);

/** The option `acp` of a prompt. */
export const AcpAgent = z.union([name, AcpCommand], 'must be a name or an object with a command');
export type AcpAgent = z.output<typeof AcpAgent>;

/** An entry of `agents.json` in the data directory. */
export const AcpEntry = z.strictObject({
  command: text.describe('The program, by path or as it is found on PATH.'),
  args: texts('Its arguments.').default([]),
  env: z.record(z.string(), z.string()).default({}).describe('Environment variables that it gets.'),
  pass_env: z
    .array(text)
    .default([])
    .describe('Names of variables of the worker that it gets, such as that of its key.'),
  files: z
    .boolean()
    .default(true)
    .describe('Whether it is offered to read and write files through the protocol; else it does it itself.'),
  model_url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .optional()
    .describe('Where its model is. The worker reports whether it reaches this server.'),
});
export type AcpEntry = z.output<typeof AcpEntry>;

/** The file `agents.json` in the data directory: programs that speak the Agent Client Protocol, by the name that tasks use. */
export const AcpEntries = z.record(name, AcpEntry);
