import { z } from 'zod';
import { OUTCOME_CODES } from './outcomes.ts';
import { spent } from './spent.ts';

/** A prompt that a fresh agent rewrote before it ran. */
export const Amendment = z
  .strictObject({
    original: z.string().describe('the prompt as submitted, with its references replaced'),
    amended: z
      .string()
      .nullable()
      .describe(
        'the prompt that the agent received instead; null: it could not be amended and ran unchanged',
      ),
    changes: z.array(z.string()).describe('the single changes'),
    is_ambiguous: z.boolean().nullable().describe('whether the original was ambiguous'),
    reason: z.string().nullable().describe('why it was changed; if it was not, the reason'),
    decomposed_tasks: z
      .array(z.string())
      .describe('the jobs of the prompt, if there are several; they run together'),
    outcome: z.enum(OUTCOME_CODES).describe("how the amending agent's own run ended"),
    session_id: z.string().nullable().describe("the id of the agent's conversation; null: it has none"),
    ...spent,
  })
  .meta({ id: 'Amendment' });
export type Amendment = z.output<typeof Amendment>;
