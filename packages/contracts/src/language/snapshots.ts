import { z } from 'zod';

/** The id of a snapshot: a hash of its content. Equal workspaces have equal ids. */
export const SnapshotId = z.string().regex(/^[0-9a-f]{40}$/, 'must be the id of a snapshot');

/** The id of a commit. */
export const GitId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be an id of git');

/** The snapshots around one attempt. */
export const AttemptSnapshots = z.strictObject({
  before: SnapshotId.nullable().describe('the snapshot of its workspace at the start; null: none'),
  after: SnapshotId.nullable().describe('the snapshot of its workspace at the end; null: none'),
});
export type AttemptSnapshots = z.output<typeof AttemptSnapshots>;

/** A path of a workspace that is not in its snapshot. */
export const LeftOutPath = z.strictObject({
  path: z.string().describe('relative to the workspace, separated by /'),
  encoding: z.literal('base64').optional().describe('of the path, where it is not UTF-8'),
  why: z
    .enum(['file_too_large', 'snapshot_too_large', 'special', 'unreadable', 'being_written', 'repository'])
    .describe(
      'file_too_large, snapshot_too_large: a bound was reached; special: a pipe, a socket or a device; repository: the files of git itself',
    ),
});
export type LeftOutPath = z.output<typeof LeftOutPath>;
