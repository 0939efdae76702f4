import { z } from 'zod';
import { CarriedFrom } from '../language/carried.ts';
import { EXECUTION_STATUSES, TASK_STATUSES } from '../language/states.ts';

export const VERDICTS = ['verified', 'unverified', 'contradicted'] as const;
export type Verdict = (typeof VERDICTS)[number];

const verdict = z
  .enum(VERDICTS)
  .describe(
    "verified: it succeeded, and its evidence is intact as signed, which does not prove that the work is right; unverified: not so, for the given reasons; contradicted: the agent's answer contradicts the evidence",
  );
const reasons = z.array(z.string()).describe('why it is not verified; empty: it is');

/** The actions of the last attempt at a task, by its receipt. */
export const Done = z.strictObject({
  files_changed: z.int().nullable().describe('in the workspace and the extra folders; null: unknown'),
  commands_run: z.int().describe('the tool calls of the agent; of a command, the command itself'),
  tool_calls: z.int().describe('of any kind, including denied ones'),
  tools_denied: z.int().describe('calls of tools that were denied'),
});
export type Done = z.output<typeof Done>;

export const TaskVerification = z.strictObject({
  task: z.int().positive().describe('the number of the task, from 1'),
  name: z.string().nullable().describe('its name; null: none was given'),
  status: z.enum(TASK_STATUSES).nullable().describe('null: unknown'),
  attempts: z.int().describe('the number of them'),
  carried_from: CarriedFrom.optional().describe(
    'the attempt of another execution that this evidence is of; absent: it ran here',
  ),
  not_run: z.string().optional().describe('why it was never started, in words; absent: it was, or unknown'),
  verdict,
  status_text: z.string().optional().describe('e.g. "completed with warnings"'),
  done: Done.optional().describe('the evidence of its last attempt; absent: unknown'),
  warnings: z.array(z.string()).optional().describe('of its last attempt; they do not affect the evidence'),
  reasons,
  findings: z.array(z.string()).describe("contradictions between the agent's answer and the evidence"),
  remarks: z.array(z.string()).describe('notes that do not affect the result'),
});
export type TaskVerification = z.output<typeof TaskVerification>;

/** The verification of an execution's files. */
export const Verification = z
  .strictObject({
    execution_id: z.string().nullable().describe('null: unknown which one it is'),
    status: z.enum(EXECUTION_STATUSES).nullable().describe('how it ended; null: unknown'),
    verdict,
    reasons: reasons.describe('faults in the evidence of the whole execution'),
    signed_by: z.string().nullable().describe('the fingerprint of the key; null: it is not signed'),
    tasks: z.array(TaskVerification).describe('its tasks, in their order'),
  })
  .meta({ id: 'Verification' });
export type Verification = z.output<typeof Verification>;

/** The key by which an installation signs its evidence. */
export const EvidenceKey = z
  .strictObject({
    key: z.string().describe('the public key, Ed25519, in base64'),
    fingerprint: z.string().describe('a short identifier, for comparison'),
    pem: z.string().describe('for other programs'),
  })
  .meta({ id: 'EvidenceKey' });
export type EvidenceKey = z.output<typeof EvidenceKey>;
