import { z } from 'zod';

/** The field of a JSON answer with its UUID. */
export const UUID_FIELD = 'execution_uuid';

/** Whether an answer contains the requested UUID. */
export const UuidProof = z.strictObject({
  expected: z.string().describe('a new one for each attempt, version 4'),
  found: z.string().nullable().describe('the earlier content; null: none'),
  verdict: z.enum(['matched', 'mismatched', 'absent']).describe('whether the answer has the requested id'),
});
export type UuidProof = z.output<typeof UuidProof>;
