import { z } from 'zod';

/** The tokens of all models. */
export const Usage = z.strictObject({
  input_tokens: z.int(),
  output_tokens: z.int(),
  cache_read_tokens: z.int(),
  cache_creation_tokens: z.int(),
});
export type Usage = z.output<typeof Usage>;

/** The total cost of several attempts. */
export const spent = {
  cost_usd: z
    .number()
    .nullable()
    .describe("US dollars, by the agent's estimate; null if unknown, as for commands"),
  usage: Usage.nullable().describe('tokens, of all models together'),
};
