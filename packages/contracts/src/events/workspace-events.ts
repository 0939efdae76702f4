import { z } from 'zod';
import { LeftOutPath, SnapshotId } from '../language/snapshots.ts';
import type { EventTable } from './event-table.ts';

/** What happens to a workspace as a whole. */
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
} as const satisfies EventTable;
