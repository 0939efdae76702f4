import { z } from 'zod';
import { OUTCOME_CODES } from './outcomes.ts';
import { spent } from './spent.ts';

/** One run of one check. */
export const CheckRun = z.strictObject({
  command: z.string().describe('the command that was run'),
  round: z.int().nonnegative().describe("0: after the task's own agent; n: after the nth fix"),
  outcome: z.enum(OUTCOME_CODES).describe("how the check's own process ended; only `completed` is passed"),
  message: z.string().nullable().describe('why it did not pass; null if it passed'),
  exit_code: z
    .int()
    .nullable()
    .describe('the exit status of the process; null: it has none, or a signal ended it'),
  signal: z.string().nullable().describe('the signal that ended the process; null: none'),
  execution_time: z.number().nonnegative().describe('seconds'),
  output_bytes: z.int().nonnegative().describe('of stdout and stderr together, in order of arrival'),
  output_tail: z.string().describe('the end of it, at most 2 KiB'),
  file: z.string().describe("the file with all of it, beside the attempt's other files"),
});
export type CheckRun = z.output<typeof CheckRun>;

/** One try of a fresh agent to fix failed checks. */
export const Fix = z.strictObject({
  round: z.int().positive().describe('from 1'),
  outcome: z.enum(OUTCOME_CODES).describe('how its agent ended'),
  message: z.string().nullable().describe('why there was no fix; null: it ran'),
  session_id: z.string().nullable().describe("the id of the agent's conversation; null: it has none"),
  ...spent,
});
export type Fix = z.output<typeof Fix>;
