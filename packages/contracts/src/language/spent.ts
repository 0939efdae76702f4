import { z } from 'zod';

/** The tokens of all models. */
export const Usage = z.strictObject({
  input_tokens: z.int().describe('tokens that were sent and not cached'),
  output_tokens: z.int().describe('tokens that the model wrote'),
  cache_read_tokens: z.int().describe('tokens that were read from the cache'),
  cache_creation_tokens: z.int().describe('tokens that were written to the cache'),
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
