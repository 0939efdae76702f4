import { z } from 'zod';
import { CarriedFrom } from '../language/carried.ts';
import { EXECUTION_STATUSES, TASK_STATUSES } from '../language/states.ts';

export const VERDICTS = ['verified', 'unverified', 'contradicted'] as const;
export type Verdict = (typeof VERDICTS)[number];

const verdict = z
  .enum(VERDICTS)
  .describe(
    'verified: it succeeded, and the evidence of it is intact, as it was signed, which does not say that the work is right, or that much was done; unverified: not so, for the reasons given; contradicted: what its agent says is not what happened',
  );
const reasons = z.array(z.string()).describe('why it is not verified; empty: it is');

/** What was done in the last attempt at a task, by its receipt. */
export const Done = z.strictObject({
  files_changed: z.int().nullable().describe('in the workspace and the extra folders; null: it is not known'),
  commands_run: z.int().describe('by the agent; of a command, itself'),
  tool_calls: z.int().describe('of any kind, denied ones included'),
  tools_denied: z.int(),
});
export type Done = z.output<typeof Done>;

export const TaskVerification = z.strictObject({
  task: z.int().positive(),
  name: z.string().nullable(),
  status: z.enum(TASK_STATUSES).nullable().describe('null: it is not known'),
  attempts: z.int().describe('how many there were'),
  carried_from: CarriedFrom.optional().describe(
    'the attempt of another execution whose evidence this is; absent: it was run here',
  ),
  verdict,
  status_text: z.string().optional().describe('e.g. "completed with warnings"'),
  done: Done.optional().describe('what was done in its last attempt; absent: nothing is known of it'),
  warnings: z
    .array(z.string())
    .optional()
    .describe('of its last attempt; they do not count against the evidence'),
  reasons,
  findings: z.array(z.string()).describe('what its agent said against what happened'),
  remarks: z.array(z.string()).describe('what is worth knowing, and does not count against it'),
});
export type TaskVerification = z.output<typeof TaskVerification>;

/** What the files of an execution prove. */
export const Verification = z
  .strictObject({
    execution_id: z.string().nullable().describe('null: nothing tells which one it is'),
    status: z.enum(EXECUTION_STATUSES).nullable().describe('how it ended; null: it is not known'),
    verdict,
    reasons: reasons.describe('what is wrong with the evidence of the whole'),
    signed_by: z.string().nullable().describe('the fingerprint of the key; null: nobody has signed it'),
    tasks: z.array(TaskVerification),
  })
  .meta({ id: 'Verification' });
export type Verification = z.output<typeof Verification>;

/** The key by which an installation signs its evidence. */
export const EvidenceKey = z
  .strictObject({
    key: z.string().describe('the public key, Ed25519, in base64'),
    fingerprint: z.string().describe('a short name of it, to compare'),
    pem: z.string().describe('the same for other programs'),
  })
  .meta({ id: 'EvidenceKey' });
export type EvidenceKey = z.output<typeof EvidenceKey>;
