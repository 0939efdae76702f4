import { z } from 'zod';
import { Sha256 } from './workspace-changes.ts';

/** The attempt, of another execution, whose result a task has taken over without being run. */
export const CarriedFrom = z.strictObject({
  execution_id: z.string().describe('the id of the execution'),
  execution_uuid: z
    .string()
    .nullable()
    .describe(
      'an id that no other execution has, unlike `execution_id` after a removal; null: an earlier version stored it',
    ),
  attempt: z.int().positive().describe('the last one at the task with the same number'),
  receipt: Sha256.nullable().describe('the hash of its receipt; null: its evidence is missing'),
});
export type CarriedFrom = z.output<typeof CarriedFrom>;
