import { z } from 'zod';
import { CATEGORY_NAMES, COMPLEXITY_NAMES } from './kinds.ts';

const seconds = z.number().nonnegative();

/** What a task is, from its text. */
export const Classification = z
  .strictObject({
    category: z.enum(CATEGORY_NAMES),
    complexity: z.enum(COMPLEXITY_NAMES),
    signature: z.string().describe('equal for tasks that differ only in names'),
  })
  .meta({ id: 'Classification' });
export type Classification = z.output<typeof Classification>;

/** How long a task is thought to take, and why. */
export const Prediction = z
  .strictObject({
    expected: seconds.describe('seconds; half of such runs take longer'),
    likely: seconds.describe('seconds; one in ten takes longer'),
    limit: seconds.describe('seconds; a good run hardly ever takes longer'),
    confidence: z.number().min(0).max(1).describe('0: nothing is known; near 1: many runs of this very kind'),
    based_on: z.strictObject({
      level: z
        .enum(['signature', 'similar', 'category', 'defaults'])
        .describe('whose history it is: of this kind of task, of similar ones, of its category, of none'),
      runs: z.int().nonnegative().describe('how many runs that history has, of the latest'),
      text: z.string().describe('the same, for people'),
    }),
    tokens: z.number().nonnegative().nullable().describe('of input and output; null without history'),
    cost_usd: z.number().nonnegative().nullable().describe('null without history'),
  })
  .meta({ id: 'Prediction' });
export type Prediction = z.output<typeof Prediction>;
