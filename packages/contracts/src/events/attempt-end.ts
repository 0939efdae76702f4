import { z } from 'zod';
import { AttemptFinding } from '../language/attempt-findings.ts';
import { CheckRun, Fix } from '../language/check-runs.ts';
import { OUTCOME_CODES } from '../language/outcomes.ts';
import { PlanUse } from '../language/plan.ts';
import { AttemptSnapshots } from '../language/snapshots.ts';
import { spent } from '../language/spent.ts';
import { Denial } from '../language/tool-calls.ts';
import { UuidProof } from '../language/uuid-proof.ts';
import { TaskWarning } from '../language/warnings.ts';
import { Sha256 } from '../language/workspace-changes.ts';

const seconds = z.number().nonnegative();

/** A validator's verdict on an answer. */
export const Validation = z.strictObject({
  is_valid: z.boolean().nullable().describe('null: it could not judge'),
  reason: z.string().nullable().describe('why, in its words; where it could not judge, what kept it'),
  suggestions: z.array(z.string()),
  outcome: z.enum(OUTCOME_CODES).describe("how the validator's own run ended"),
  session_id: z.string().nullable(),
  ...spent,
});
export type Validation = z.output<typeof Validation>;

/** A reviewer's report on the changes of a prompt. */
export const Review = z.strictObject({
  summary: z.string().nullable().describe('in its words; where it could not review, what kept it'),
  findings: z.array(
    z.strictObject({
      file: z.string(),
      line: z.int().nullable(),
      severity: z.enum(['high', 'medium', 'low']),
      problem: z.string(),
    }),
  ),
  outcome: z.enum(OUTCOME_CODES).describe("how the reviewer's own run ended"),
  session_id: z.string().nullable(),
  ...spent,
});
export type Review = z.output<typeof Review>;

/** The end of an attempt; the fields are the same for every outcome. */
export const AttemptEnd = z.strictObject({
  outcome: z.enum(OUTCOME_CODES),
  message: z.string().nullable().describe('What went wrong, for people; null when nothing did.'),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  execution_time: seconds.nullable().describe('seconds; null when it is not known'),
  stdout_bytes: z.int(),
  stderr_bytes: z.int(),
  result: z.string().nullable().describe("A prompt's final answer, at most 64 KiB of it; null for commands."),
  result_truncated: z.boolean().describe('true when result or json is longer than what is here'),
  json: z
    .unknown()
    .describe('The answer as JSON where the task asked for that, if it has at most 64 KiB; else null.'),
  limit: z
    .string()
    .optional()
    .describe('which limit of the plan was reached, where it is known: five_hour, seven_day …'),
  plan: z
    .array(PlanUse)
    .optional()
    .describe("how much of the plan's limits is used, as it was told last; absent where it was not"),
  resets_at: z
    .string()
    .nullable()
    .describe(
      'when the limit that ended it resets, or the earliest time for another try, where it is known; RFC 3339',
    ),
  session_id: z.string().nullable().describe("The agent's own id of the conversation."),
  model: z.string().nullable(),
  agent_version: z.string().nullable(),
  turns: z.int().nullable(),
  ...spent,
  machine: z
    .strictObject({
      load_per_core: z.number().describe('processes that wanted a processor, for each, when it began'),
      cpu_busy: z.number().nullable().describe("the part of the processors' time that was used, 0 to 1"),
      available_memory: z.number().nullable().describe('the least that was available, in bytes'),
      gpu_busy: z.number().nullable().describe('the same of GPUs, 0 to 1; null where there is none'),
    })
    .optional()
    .describe('What the machine did meanwhile, all that runs on it; absent where that is not known.'),
  validation: Validation.nullable().describe(
    'Where it was asked for; its cost and tokens are in those of the attempt.',
  ),
  uuid_proof: UuidProof.nullable().describe('null: none was asked for, or there is no answer'),
  findings: z
    .array(AttemptFinding)
    .describe('What in the answer does not fit what was seen; it changes no outcome by itself.'),
  last_heard_after: seconds
    .optional()
    .describe('of a lost attempt: seconds from its start until its worker was last heard of'),
  warnings: z
    .array(TaskWarning)
    .optional()
    .describe('What is worth knowing of it; at most 20. Absent: there is nothing, or it is not known.'),
  denials: z
    .array(Denial)
    .optional()
    .describe('Tool calls that were denied; at most 20. Absent: none, or it is not known.'),
  checks: z.array(CheckRun).describe('The checks that were run, in their order; all rounds.'),
  fixes: z
    .array(Fix)
    .describe('What was done for checks that had failed; its cost and tokens are in those of the attempt.'),
  snapshots: AttemptSnapshots.optional().describe(
    'Of its workspace; absent: none are taken, or an earlier version ran it.',
  ),
  receipt: Sha256.nullable().describe('SHA-256 of its receipt; null: its evidence is missing'),
});
export type AttemptEnd = z.output<typeof AttemptEnd>;
