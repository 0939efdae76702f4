import { z } from 'zod';
import { GitId, LeftOutPath, SnapshotId } from '../language/snapshots.ts';
import type { EventTable } from './event-table.ts';

/** Events of a workspace as a whole. */
export const WORKSPACE_EVENTS = {
  'workspace.snapshot': {
    summary: 'There is a snapshot of the workspace: it can be compared with others, and brought back.',
    output: false,
    data: z.strictObject({
      when: z.enum(['before', 'after']).describe('the attempt'),
      snapshot: SnapshotId,
      files: z.int().nonnegative().describe('files and links in it'),
      bytes: z.int().nonnegative().describe('of their contents'),
      left_out: z.array(LeftOutPath).describe('what of the workspace is not in it; at most 20'),
      left_out_total: z.int().nonnegative(),
    }),
  },
  'workspace.committed': {
    summary: 'What a task left in its clone of the repository has become a commit.',
    output: false,
    data: z.strictObject({
      branch: z.string(),
      commit: GitId.describe('the last one of the branch now'),
      previous: GitId.describe('the one before this task'),
      by: z.enum(['cc-executor', 'agent']).describe('agent: it had committed everything itself'),
    }),
  },
  'workspace.delivered': {
    summary: "The branch is in the user's repository, or in its remote.",
    output: false,
    data: z.strictObject({
      to: z.enum(['branch', 'push']),
      branch: z.string(),
      commit: GitId,
    }),
  },
  'workspace.restored': {
    summary: 'The workspace was brought back to a snapshot. What it was before is another one.',
    output: false,
    data: z.strictObject({
      snapshot: SnapshotId.describe('that it was brought back to'),
      left: SnapshotId.describe('of what it was before: restoring it undoes this'),
      changes: z.int().nonnegative().describe('paths that were changed'),
      kept: z.int().nonnegative().describe('paths that could not be brought back, and stay as they were'),
    }),
  },
} as const satisfies EventTable;
