import { z } from 'zod';
import { OUTCOME_CODES } from './outcomes.ts';
import { spent } from './spent.ts';

/** A prompt that a fresh agent rewrote before it ran. */
export const Amendment = z
  .strictObject({
    original: z.string().describe('the prompt as it was given, with what it refers to in place'),
    amended: z
      .string()
      .nullable()
      .describe('what the agent was given in its place; null: it could not be amended, and ran as it was'),
    changes: z.array(z.string()).describe('what was changed, one by one'),
    is_ambiguous: z.boolean().nullable().describe('whether the original could be read in several ways'),
    reason: z.string().nullable().describe('why it was changed; where it was not, what kept it'),
    decomposed_tasks: z
      .array(z.string())
      .describe('the jobs that the prompt consists of, where it is more than one; none is run by itself'),
    outcome: z.enum(OUTCOME_CODES).describe("how the amending agent's own run ended"),
    session_id: z.string().nullable(),
    ...spent,
  })
  .meta({ id: 'Amendment' });
export type Amendment = z.output<typeof Amendment>;
