import { z } from 'zod';
import { AgentName, TaskKind } from '../language/agents.ts';
import { AttemptEnd } from '../events/attempt-end.ts';
import { CarriedFrom } from '../language/carried.ts';
import { EXECUTION_STATUSES, TASK_STATUSES } from '../language/states.ts';
import { GitId } from '../language/snapshots.ts';
import { Signed } from './signing.ts';
import { ToolCall } from '../language/tool-calls.ts';
import { ExtraDirChanges, Sha256, WorkspaceChanges } from '../language/workspace-changes.ts';

const time = z.string().describe('RFC 3339, UTC, milliseconds');
const commit = z.string().nullable().describe('null: none, or unknown');

/** A stored file of an attempt. */
export const KeptFile = z.strictObject({
  name: z.string().describe('the name of the file'),
  bytes: z.int().describe('its size in bytes'),
  sha256: Sha256.describe('the SHA-256 of its content'),
});
export type KeptFile = z.output<typeof KeptFile>;

/** The changes of the workspace's git repository. */
export const GitChanges = z.strictObject({
  before: commit,
  after: commit,
  diff: z
    .strictObject({
      files: z.int().describe('files that changed'),
      insertions: z.int().describe('lines that were added'),
      deletions: z.int().describe('lines that were removed'),
    })
    .nullable()
    .describe('the commits between the two; null if they are the same or unknown'),
});
export type GitChanges = z.output<typeof GitChanges>;

/** The record of what one attempt did. Its hash is that of its file's bytes. */
export const Receipt = z
  .strictObject({
    schema: z.literal(1).describe('the version of this format'),
    execution_id: z.string().describe('the id of the execution'),
    execution_uuid: z
      .string()
      .nullable()
      .describe(
        'an id that no other execution has, unlike `execution_id` after a removal; null: an earlier version stored it',
      ),
    number: z.int().positive().describe('counts the receipts of the execution'),
    task: z.int().positive().describe('the number of the task, from 1'),
    attempt: z.int().positive().describe('the number of the attempt, from 1'),
    kind: TaskKind.describe('prompt, command or tool'),
    name: z.string().nullable().describe('its name; null: none was given'),
    sent: z
      .strictObject({
        text: z.string().describe('byte for byte'),
        sha256: Sha256.describe('the SHA-256 of the text that was sent'),
        system_prompt: z.string().nullable().describe("what was added to the agent's own prompt"),
      })
      .nullable()
      .describe('the input of the agent; null: none, or unknown'),
    asked: z
      .string()
      .nullable()
      .describe('the text of the task, if it differs from what was sent: a template, or an amended text'),
    agent: AgentName.describe('what ran it'),
    session: z
      .strictObject({
        id: z.string().describe('the id of the conversation'),
        resumed: z.boolean().describe('whether the conversation had begun before'),
      })
      .nullable()
      .describe("the agent's conversation; null for a command"),
    started_at: time,
    ended_at: time,
    end: AttemptEnd.omit({ result: true, result_truncated: true, json: true, receipt: true }).describe(
      'how the attempt ended',
    ),
    result_sha256: Sha256.nullable().describe("the hash of a prompt's whole answer"),
    tool_calls: z.array(ToolCall).describe('the tools that the agent called, in their order'),
    tool_calls_beyond: z.int().describe('the number that is not listed'),
    files: z.array(KeptFile).describe('the other stored files of the attempt'),
    workspace: WorkspaceChanges.nullable().describe('the changes in it; null: unknown'),
    extra_dirs: z
      .array(ExtraDirChanges)
      .optional()
      .describe('the directories beside the workspace that it could edit; absent: none'),
    git: GitChanges.nullable().describe('null: the workspace is not a repository, or unknown'),
    begins_with: z
      .array(
        z.strictObject({
          task: z.int().positive().describe('the number of the task, from 1'),
          receipt: Sha256.nullable().describe('its last one; null: its evidence is missing'),
        }),
      )
      .optional()
      .describe(
        'the tasks whose work its workspace began with, in their order; absent: the list has no tasks that run at the same time, or an earlier version',
      ),
    previous: Sha256.nullable().describe('the previous receipt of the execution'),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.output<typeof Receipt>;

/** The summary of an execution's evidence, written and signed at its end. */
export const Manifest = z.strictObject({
  schema: z.literal(1).describe('the version of this format'),
  execution_id: z.string().describe('the id of the execution'),
  execution_uuid: z
    .string()
    .nullable()
    .describe(
      'an id that no other execution has, unlike `execution_id` after a removal; null: an earlier version stored it',
    ),
  title: z.string().optional().describe('of the list; absent: it was submitted without one'),
  status: z.enum(EXECUTION_STATUSES).describe('how it ended, as a state'),
  created_at: time,
  started_at: time.nullable(),
  ended_at: time,
  tasks: z
    .array(
      z.strictObject({
        task: z.int().positive().describe('the number of the task, from 1'),
        kind: TaskKind.describe('prompt, command or tool'),
        name: z.string().nullable().describe('its name; null: none was given'),
        text_sha256: Sha256.describe('of the submission'),
        status: z.enum(TASK_STATUSES).describe('how it ended, as a state'),
        receipts: z.array(Sha256.nullable()).describe('by attempt; null: its evidence is missing'),
        not_run: z
          .string()
          .optional()
          .describe('why it was never started, in words; absent: it was, or that is not known'),
        warnings: z
          .array(z.string())
          .optional()
          .describe('its warnings, also those after its last attempt; absent: none, or an earlier version'),
        carried_from: CarriedFrom.optional().describe(
          'the attempt of another execution that its result is from; absent: none',
        ),
        variant: z
          .strictObject({
            number: z.int().positive().describe('its number among them, from 1'),
            of: z.int().positive().describe('how many there are'),
          })
          .optional()
          .describe('which of several tasks of one prompt it is; absent: it is the only one'),
      }),
    )
    .describe('its tasks, in their order'),
  branch: z
    .strictObject({
      name: z.string().describe('its name'),
      commit: GitId.nullable().describe('what was delivered last; null: nothing is known to be'),
      is_delivered: z.boolean().describe('false: the workspace alone has all of the work'),
      sentence: z.string().describe('where the branch is, or why it is not'),
    })
    .optional()
    .describe('the branch that has its work; absent: it has none, or an earlier version'),
  head: Sha256.nullable().describe('the last receipt'),
});
export type Manifest = z.output<typeof Manifest>;

/** The signature of a manifest. */
export const Signature = z.strictObject({
  schema: z.literal(1).describe('the version of this format'),
  manifest: Sha256.describe("of the manifest's bytes"),
  ...Signed.shape,
});
export type Signature = z.output<typeof Signature>;

/** The signed statement about an archive: the digest of its file, and of the text in it, which the store had. */
export const ArchiveStatement = z.strictObject({
  execution_id: z.string().describe('the id of the execution'),
  manifest: Sha256.describe("of the manifest's bytes"),
  bytes: z.int().nonnegative().describe('its size in bytes'),
  sha256: Sha256.describe('of the file'),
  text_bytes: z.int().nonnegative().describe('unpacked'),
  text_sha256: Sha256.describe('the SHA-256 of its text'),
});
export type ArchiveStatement = z.output<typeof ArchiveStatement>;

/** The signature of an archive. */
export const ArchiveSignature = z.strictObject({
  schema: z.literal(1).describe('the version of this format'),
  ...ArchiveStatement.shape,
  ...Signed.shape,
});
export type ArchiveSignature = z.output<typeof ArchiveSignature>;
