import { z } from 'zod';
import { AGENT_NAMES } from '../language/agents.ts';
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
  is_valid: z.boolean().nullable().describe('null: no judgement'),
  reason: z.string().nullable().describe('why, in its words; if it could not judge, the reason'),
  suggestions: z.array(z.string()).describe('what could be better'),
  outcome: z.enum(OUTCOME_CODES).describe("how the validator's own run ended"),
  session_id: z.string().nullable().describe('the id of the conversation that judged; null: it has none'),
  ...spent,
});
export type Validation = z.output<typeof Validation>;

/** A reviewer's report on the changes of a prompt. */
export const Review = z.strictObject({
  summary: z.string().nullable().describe('in its words; if it could not review, the reason'),
  findings: z
    .array(
      z.strictObject({
        file: z.string().describe('the file'),
        line: z.int().nullable().describe('the line, from 1; null: none'),
        severity: z.enum(['high', 'medium', 'low']).describe('how serious it is'),
        problem: z.string().describe('what is wrong'),
      }),
    )
    .describe('what the reviewer found'),
  outcome: z.enum(OUTCOME_CODES).describe("how the reviewer's own run ended"),
  session_id: z.string().nullable().describe("the id of the agent's conversation; null: it has none"),
  ...spent,
});
export type Review = z.output<typeof Review>;

/** The variant that a task has taken. */
const Picked = z.strictObject({
  task: z.int().describe('the number of its task'),
  variant: z.int().describe('its number among the variants, from 1'),
  of: z.int().optional().describe('how many variants there are; absent: an earlier version stored it'),
  name: z
    .string()
    .nullable()
    .optional()
    .describe('the name of the task that has variants; null: none was given; absent: as for `of`'),
  why: z.string().nullable().describe('why, in the words of the agent; null: it did not say'),
});

/** The end of an attempt; the fields are the same for every outcome. */
export const AttemptEnd = z.strictObject({
  outcome: z.enum(OUTCOME_CODES).describe('how the attempt ended, by the table of outcomes'),
  held_up_by: z
    .enum(AGENT_NAMES)
    .optional()
    .describe("The agent beside the task's own whose limit, outage or credential this outcome is of."),
  message: z
    .string()
    .nullable()
    .describe('A description of the error for people, at most 4,096 characters; null if there was none.'),
  unproven: z
    .literal(true)
    .optional()
    .describe(
      'True: the agent in a container reports an answer, a refusal or a failure of its model, and the server of the model has answered no request of the attempt so. Other lists go by nothing of it.',
    ),
  exit_code: z
    .int()
    .nullable()
    .describe('the exit status of the process; null: it has none, or a signal ended it'),
  signal: z.string().nullable().describe('the signal that ended the process; null: none'),
  execution_time: seconds.nullable().describe('seconds, without those in which it was paused; null: unknown'),
  paused_time: seconds.optional().describe('seconds in which it was paused; absent: it was not'),
  stdout_bytes: z.int().describe('bytes of its output'),
  stderr_bytes: z.int().describe('bytes of its error output'),
  result: z.string().nullable().describe("A prompt's final answer, at most 64 KiB of it; null for commands."),
  result_truncated: z.boolean().describe('true if result or json is cut here'),
  json: z
    .unknown()
    .describe('The answer as JSON if the task asked for it and it has at most 64 KiB; otherwise null.'),
  limit: z
    .string()
    .optional()
    .describe('the limit of the plan that was reached, if known: five_hour, seven_day …'),
  plan: z
    .array(PlanUse)
    .optional()
    .describe("how much of the plan's limits is used, by the last report; absent without one"),
  resets_at: z
    .string()
    .nullable()
    .describe('when the limit that ended it resets, or the earliest time of a retry, if known; RFC 3339'),
  session_id: z.string().nullable().describe("The agent's own id of the conversation."),
  model: z.string().nullable().describe('the model that answered; null: unknown, or none'),
  agent_version: z.string().nullable().describe('the version of the agent; null: unknown'),
  turns: z
    .int()
    .nullable()
    .describe('turns of the conversation with the model; null: unknown, or not a prompt'),
  ...spent,
  machine: z
    .strictObject({
      load_per_core: z
        .number()
        .describe('processes waiting for a processor, for each processor, at the start'),
      cpu_busy: z.number().nullable().describe("the used share of the processors' time, 0 to 1"),
      available_memory: z.number().nullable().describe('the minimum that was available, in bytes'),
      gpu_busy: z.number().nullable().describe('the used share of the GPUs, 0 to 1; null if there is none'),
    })
    .optional()
    .describe('The load of the whole machine meanwhile; absent if unknown.'),
  validation: Validation.nullable().describe(
    "Present if it was requested; its cost and tokens are included in the attempt's.",
  ),
  uuid_proof: UuidProof.nullable().describe('null: none was requested, or there is no answer'),
  findings: z
    .array(AttemptFinding)
    .describe('Statements of the answer that contradict the evidence; they do not change the outcome.'),
  last_heard_after: seconds
    .optional()
    .describe('of a lost attempt: seconds from its start to the last sign of its worker'),
  warnings: z.array(TaskWarning).optional().describe('Warnings; at most 20. Absent: none, or unknown.'),
  denials: z
    .array(Denial)
    .optional()
    .describe('Tool calls that were denied; at most 20. Absent: none, or it is not known.'),
  checks: z.array(CheckRun).describe('The checks that ran, in order, of all rounds.'),
  fixes: z
    .array(Fix)
    .describe("The fixes for failed checks; their cost and tokens are included in the attempt's."),
  picked: Picked.optional().describe('the variant that it took; absent: it picks none, or took none'),
  snapshots: AttemptSnapshots.optional().describe(
    'Snapshots of its workspace; absent: snapshots are off, or an earlier version ran it.',
  ),
  receipt: Sha256.nullable().describe('SHA-256 of its receipt; null: its evidence is missing'),
});
export type AttemptEnd = z.output<typeof AttemptEnd>;
