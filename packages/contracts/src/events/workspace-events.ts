import { z } from 'zod';
import { GitId, LeftOutPath, SnapshotId } from '../language/snapshots.ts';
import type { EventTable } from './event-table.ts';

/** The delivered part of an execution's branch. */
export const Delivered = z.strictObject({
  to: z.enum(['branch', 'push']).describe('where it was delivered'),
  branch: z.string().describe('the name of the branch'),
  commit: GitId.describe('the commit'),
});

/** Events of a workspace as a whole. */
export const WORKSPACE_EVENTS = {
  'workspace.snapshot': {
    summary: 'A snapshot of the workspace was taken: it can be compared with others and restored.',
    output: false,
    data: z.strictObject({
      when: z.enum(['before', 'after']).describe('the attempt'),
      snapshot: SnapshotId.describe('the snapshot'),
      files: z.int().nonnegative().describe('number of files and links'),
      bytes: z.int().nonnegative().describe('of their contents'),
      left_out: z.array(LeftOutPath).describe('paths of the workspace that are not in it; at most 20'),
      left_out_total: z.int().nonnegative().describe('all that was left out, also what is not listed'),
    }),
  },
  'workspace.committed': {
    summary: 'The changes of a task in its clone of the repository were committed.',
    output: false,
    data: z.strictObject({
      branch: z.string().describe('the name of the branch'),
      commit: GitId.describe('the last one of the branch now'),
      previous: GitId.describe('the one before this task'),
      by: z.enum(['cc-executor', 'agent']).describe('agent: the agent had committed everything itself'),
    }),
  },
  'workspace.delivered': {
    summary: "The branch is in the user's repository, or in its remote.",
    output: false,
    data: Delivered,
  },
  'workspace.restored': {
    summary: 'The workspace was restored to a snapshot. Its earlier state is kept as another snapshot.',
    output: false,
    data: z.strictObject({
      snapshot: SnapshotId.describe('the snapshot that it was restored to'),
      left: SnapshotId.describe('the snapshot of the state before: restoring it undoes this'),
      changes: z.int().nonnegative().describe('paths that were changed'),
      kept: z.int().nonnegative().describe('paths that could not be restored and stay as they were'),
    }),
  },
} as const satisfies EventTable;
